import { useEffect, useRef } from 'preact/hooks';
import type { Wafer } from '../model/api-wafers.ts';
import { fit } from '../model/die-grid.ts';
import type { WaferMap } from '../model/wafer-maps.ts';
import { dieColours, paint, rasterise } from '../model/die-paint.ts';
import { useStore } from '../model/use-store.ts';
import { paintedTheme } from '../model/theme.ts';
import { useWaferMap } from '../model/use-wafer-map.ts';

/** A wafer map in the small, or the image itself where it is none. */
export function Thumb(props: { wafer: Pick<Wafer, 'imageUrl' | 'waferMapUrl'>; pixels: number }) {
  const { wafer, pixels } = props;
  const loaded = useWaferMap(wafer.imageUrl === null ? null : wafer.waferMapUrl);
  if (loaded?.kind === 'no-map' && wafer.imageUrl) {
    return <img class='thumb' src={wafer.imageUrl} alt='' width={pixels} height={pixels} />;
  }
  return loaded?.kind === 'map'
    ? <MapThumb map={loaded.map} pixels={pixels} />
    : <span class='thumb waiting' aria-hidden='true' />;
}

/** The same of dies that are at hand. */
export function MapThumb({ map, pixels }: { map: WaferMap; pixels: number }) {
  const colours = useStore(paintedTheme);
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = ref.current;
    if (canvas) {
      const side = Math.round(pixels * devicePixelRatio);
      canvas.width = canvas.height = side;
      const now = dieColours();
      const grid = fit(map, { width: side, height: side }, true);
      paint(canvas.getContext('2d')!, map, rasterise(map, now), grid, now, undefined);
    }
  }, [map, colours, pixels]);
  return <canvas ref={ref} class='thumb' aria-hidden='true' />;
}
