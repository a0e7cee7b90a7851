// The wafer map in the large: crisp at any size, to zoom and move, with the die under the pointer.

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Explanation } from '../model/api-wafers.ts';
import type { ZoneYields } from '../model/api-zones.ts';
import { axesOf } from '../model/axes.ts';
import { dieAt, fit, type Grid, isRound, keepUnder, type Size } from '../model/die-grid.ts';
import { dieColours, NEUTRAL_BELOW, type NotchSide, paint, rasterise } from '../model/die-paint.ts';
import { useKeys } from '../model/keys.ts';
import { laid, laidSide, laidValues, type Lie, storedAt } from '../model/lie.ts';
import { axisRoom, overlayColours, paintAxes, paintZones } from '../model/overlay-paint.ts';
import { useStore } from '../model/use-store.ts';
import { paintedTheme } from '../model/theme.ts';
import type { WaferMap } from '../model/wafer-maps.ts';

const MAX_ZOOM = 64;
const ZOOM_STEP = 1.5;

/** Least CSS pixels between two numbers along the map. */
const AXIS_APART = 30;

const DIE_WORDS = ['no die', 'pass', 'fail'] as const;

function meaningOf({ label, values }: Explanation, at: number): string {
  const value = values[at] ?? 0;
  if (Math.abs(value) < NEUTRAL_BELOW) {
    return `hardly matters to ${label}`;
  }
  return `${value > 0 ? 'for' : 'against'} ${label}, ${Math.abs(value)} of 100`;
}

interface Pointed {
  x: number;
  y: number;
  text: string;
}

export function DieMap(props: {
  map: WaferMap;
  name: string;
  notch: NotchSide | undefined;
  /** Colours failing dies by what they mean to an answer. */
  explanation?: Explanation | undefined;
  /** What else to say of a die under the pointer, by its index; empty: nothing. */
  dieWords?: ((at: number) => string) | undefined;
  /** How it lies on screen; whatever is told of a die is told of the stored map. */
  lie: Lie;
  zones: ZoneYields | null;
}) {
  const { lie, zones, map: stored } = props;
  const { turns, flip } = lie;
  const map = useMemo(() => laid(stored, lie), [stored, turns, flip]);
  const notch = props.notch && laidSide(props.notch, lie);
  // One of another wafer's size, while the next one loads, is none of this map's.
  const sameSize = props.explanation?.values.length === map.cells.length;
  const explanation = sameSize ? props.explanation : undefined;
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const dragged = useRef<{ x: number; y: number } | null>(null);
  const colours = useStore(paintedTheme);
  const [box, setBox] = useState<Size>({ width: 0, height: 0 });
  const [round, setRound] = useState(true);
  const [zoom, setZoom] = useState(1);
  const [moved, setMoved] = useState<Grid | null>(null);
  const [pointed, setPointed] = useState<Pointed | null>(null);

  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      const { width, height } = entry!.contentRect;
      setBox({
        width: Math.floor(width * devicePixelRatio),
        height: Math.floor(height * devicePixelRatio),
      });
    });
    observer.observe(frame.current!);
    return () => observer.disconnect();
  }, []);

  const fitAgain = () => {
    setZoom(1);
    setMoved(null);
  };
  useEffect(fitAgain, [map, box.width, box.height, round]);

  const room = axisRoom(devicePixelRatio);
  const fitted = (zoomed = 1) => {
    const inner = { width: box.width - 2 * room, height: box.height - 2 * room };
    const grid = fit(map, inner, round, zoomed);
    return { ...grid, x: grid.x + room, y: grid.y + room };
  };
  const grid = moved ?? fitted();
  useEffect(() => {
    if (canvas.current && box.width > 0) {
      const context = canvas.current.getContext('2d')!;
      canvas.current.width = box.width;
      canvas.current.height = box.height;
      const now = dieColours();
      const values = explanation && laidValues(explanation.values, stored, lie);
      const raster = rasterise(map, now, values);
      paint(context, map, raster, grid, now, notch);
      const size = { width: map.width * grid.pitchX, height: map.height * grid.pitchY };
      const over = overlayColours();
      if (zones) {
        paintZones(context, zones, lie, grid, size, over, devicePixelRatio);
      }
      const beyond = isRound(map) ? Math.max(0, (map.discScale - 1) / 2) * size.height : 0;
      const axes = axesOf(stored, lie, grid, AXIS_APART * devicePixelRatio);
      paintAxes(context, axes, grid, size, beyond, over, devicePixelRatio);
    }
  }, [map, notch, explanation, zones, colours, box, grid.x, grid.y, grid.pitchX, grid.pitchY]);

  const zoomTo = (wanted: number, x: number, y: number) => {
    const next = Math.min(MAX_ZOOM, Math.max(1, wanted));
    setZoom(next);
    setMoved(next === 1 ? null : keepUnder(grid, fitted(next), x, y));
    setPointed(null);
  };
  const zoomInMiddle = (factor: number) => zoomTo(zoom * factor, box.width / 2, box.height / 2);
  useKeys({
    '+': () => zoomInMiddle(ZOOM_STEP),
    '-': () => zoomInMiddle(1 / ZOOM_STEP),
    '=': fitAgain,
    r: () => setRound(!round),
  });

  const place = (event: MouseEvent) => ({
    x: event.offsetX * devicePixelRatio,
    y: event.offsetY * devicePixelRatio,
  });
  const pointAt = (event: PointerEvent) => {
    const { x, y } = place(event);
    if (dragged.current) {
      const [dx, dy] = [x - dragged.current.x, y - dragged.current.y];
      dragged.current = { x, y };
      setMoved({ ...grid, x: grid.x + Math.round(dx), y: grid.y + Math.round(dy) });
      return;
    }
    const die = dieAt(grid, map, x, y);
    const here = die && storedAt(lie, stored, die.column, die.row);
    const at = here ? here.row * stored.width + here.column : 0;
    const code = stored.cells[at]!;
    const words = (here && props.dieWords?.(at)) || '';
    const meaning = code === 2 && explanation ? ` · ${meaningOf(explanation, at)}` : '';
    setPointed(
      here
        ? {
          x: event.offsetX,
          y: event.offsetY,
          text: `x ${here.column}, y ${here.row} · ${DIE_WORDS[code]}${
            words && ` · ${words}`
          }${meaning}`,
        }
        : null,
    );
  };

  return (
    <div class='die-map' ref={frame}>
      <canvas
        ref={canvas}
        role='img'
        aria-label={`Wafer map of ${props.name}: ${stored.width} by ${stored.height}, ${map.dies} dies, ${map.failing} failing${
          notch ? `; notch at the ${notch}` : ''
        }${explanation ? `; coloured by what speaks for ${explanation.label}` : ''}`}
        class={zoom > 1 ? 'zoomed' : ''}
        onPointerMove={pointAt}
        onPointerLeave={() => setPointed(null)}
        onPointerDown={(event) => {
          if (zoom > 1) {
            dragged.current = place(event);
            event.currentTarget.setPointerCapture(event.pointerId);
            setPointed(null);
          }
        }}
        onPointerUp={() => (dragged.current = null)}
        onPointerCancel={() => (dragged.current = null)}
        onWheel={(event) => {
          event.preventDefault();
          const { x, y } = place(event);
          zoomTo(zoom * (event.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP), x, y);
        }}
        onDblClick={fitAgain}
      />
      {pointed && (
        <div
          class={`die-tip ${pointed.x * devicePixelRatio > box.width / 2 ? 'to-left' : ''}`}
          style={{ left: `${pointed.x}px`, top: `${pointed.y}px` }}
        >
          {pointed.text}
        </div>
      )}
      {zoom > 1 && (
        <button type='button' class='zoom-out' onClick={fitAgain} title='Fit again (=)'>
          × {zoom.toFixed(1)}
        </button>
      )}
    </div>
  );
}
