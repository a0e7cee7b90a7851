import { useEffect, useRef } from 'preact/hooks';
import type { Wafer } from '../model/api.ts';
import { fit } from '../model/die-grid.ts';
import { dieColours, paint, rasterise } from '../model/die-paint.ts';
import { useStore } from '../model/use-store.ts';
import { paintedTheme } from '../model/theme.ts';
import { useWaferMap } from '../model/use-wafer-map.ts';

/** A wafer map in the small, or the image itself where it is none. */
export function Thumb({ wafer, pixels }: { wafer: Wafer; pixels: number }) {
  const loaded = useWaferMap(wafer.imageUrl === null ? null : wafer.waferMapUrl);
  const colours = useStore(paintedTheme);
  const ref = useRef<HTMLCanvasElement>(null);
  const map = loaded?.kind === 'map' ? loaded.map : null;
  useEffect(() => {
    const canvas = ref.current;
    if (canvas && map) {
      const side = Math.round(pixels * devicePixelRatio);
      canvas.width = canvas.height = side;
      const now = dieColours();
      const grid = fit(map, { width: side, height: side }, true);
      paint(canvas.getContext('2d')!, map, rasterise(map, now), grid, now, undefined);
    }
  }, [map, colours, pixels]);
  if (loaded?.kind === 'no-map' && wafer.imageUrl) {
    return <img class='thumb' src={wafer.imageUrl} alt='' width={pixels} height={pixels} />;
  }
  return map
    ? <canvas ref={ref} class='thumb' aria-hidden='true' />
    : <span class='thumb waiting' aria-hidden='true' />;
}
