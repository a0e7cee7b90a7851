// The numbers along a wafer map: columns and rows of the map as it is stored.

import type { Grid, Size } from './die-grid.ts';
import { type Lie, storedAt } from './lie.ts';

export interface Tick {
  /** Along the axis, in the grid's pixels. */
  at: number;
  text: string;
}

export interface Axes {
  /** Along the top: numbers of the axis named. */
  top: { name: 'x' | 'y'; ticks: Tick[] };
  /** Along the left. */
  left: { name: 'x' | 'y'; ticks: Tick[] };
  /** The corner of the grid at which x and y are 0. */
  origin: { right: boolean; bottom: boolean };
}

/**
 * @param map as it is stored
 * @param grid of the map as it is seen
 * @param apart least pixels between two numbers
 */
export function axesOf(map: Size, lie: Lie, grid: Grid, apart: number): Axes {
  const swaps = lie.turns % 2 === 1;
  const [columns, rows] = swaps ? [map.height, map.width] : [map.width, map.height];
  const along = (count: number, pitch: number, start: number, number: (i: number) => number) => {
    const step = stepOf(apart / pitch);
    const ticks: Tick[] = [];
    for (let i = 0; i < count; i++) {
      const n = number(i);
      if (n % step === 0) {
        ticks.push({ at: start + (i + 0.5) * pitch, text: String(n) });
      }
    }
    return ticks;
  };
  const first = storedAt(lie, map, 0, 0);
  return {
    top: {
      name: swaps ? 'y' : 'x',
      ticks: along(columns, grid.pitchX, grid.x, (i) => {
        const at = storedAt(lie, map, i, 0);
        return swaps ? at.row : at.column;
      }),
    },
    left: {
      name: swaps ? 'x' : 'y',
      ticks: along(rows, grid.pitchY, grid.y, (i) => {
        const at = storedAt(lie, map, 0, i);
        return swaps ? at.column : at.row;
      }),
    },
    origin: {
      right: (swaps ? first.row : first.column) !== 0,
      bottom: (swaps ? first.column : first.row) !== 0,
    },
  };
}

/** The least of 1, 2, 5, 10, 20 … that is not below. */
function stepOf(least: number): number {
  let decade = 1;
  for (;;) {
    for (const factor of [1, 2, 5]) {
      if (factor * decade >= least) {
        return factor * decade;
      }
    }
    decade *= 10;
  }
}
