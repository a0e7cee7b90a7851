// How a wafer map lies on screen. Only the view is laid another way: a die keeps its x and y, its
// state and its bin, and the wafer its label.

import type { NotchSide } from './die-paint.ts';
import type { Size } from './die-grid.ts';
import type { WaferMap } from './wafer-maps.ts';

/** Mirrored left to right first, then turned clockwise by quarters. */
export interface Lie {
  turns: 0 | 1 | 2 | 3;
  flip: boolean;
}

export const AS_STORED: Lie = { turns: 0, flip: false };

/** As the address has it: degrees clockwise, then f where it is mirrored. */
export function lieOf(text: string | null): Lie {
  const [, degrees, flip] = /^(90|180|270)?(f)?$/.exec(text ?? '') ?? [];
  const turns = (Number(degrees ?? 0) / 90) as Lie['turns'];
  return { turns, flip: flip !== undefined };
}

/** Undefined as it is stored: then the address says nothing. */
export function lieText(lie: Lie): string | undefined {
  return `${lie.turns > 0 ? lie.turns * 90 : ''}${lie.flip ? 'f' : ''}` || undefined;
}

export function turned(lie: Lie): Lie {
  return { ...lie, turns: ((lie.turns + 1) % 4) as Lie['turns'] };
}

/** Mirrors what is seen left to right, however it is turned. */
export function flipped(lie: Lie): Lie {
  return { turns: ((4 - lie.turns) % 4) as Lie['turns'], flip: !lie.flip };
}

function laidSize(lie: Lie, map: Size): Size {
  return lie.turns % 2 === 0 ? map : { width: map.height, height: map.width };
}

/** The stored map's position that is seen at a column and row. */
export function storedAt(
  lie: Lie,
  map: Size,
  column: number,
  row: number,
): { column: number; row: number } {
  const { width, height } = laidSize(lie, map);
  const [c, r] = [
    [column, row],
    [row, width - 1 - column],
    [width - 1 - column, height - 1 - row],
    [height - 1 - row, column],
  ][lie.turns] as [number, number];
  return { column: lie.flip ? map.width - 1 - c : c, row: r };
}

/** The map as it is seen; its indices are the screen's. */
export function laid(map: WaferMap, lie: Lie): WaferMap {
  if (lie.turns === 0 && !lie.flip) {
    return map;
  }
  const cells = new Uint8Array(map.cells.length);
  const size = laidSize(lie, map);
  eachIndex(map, lie, (seen, stored) => (cells[seen] = map.cells[stored]!));
  return { ...map, ...size, cells };
}

/** Values a position, as they are seen. */
export function laidValues(values: readonly number[], map: Size, lie: Lie): readonly number[] {
  if (lie.turns === 0 && !lie.flip) {
    return values;
  }
  const seenValues = new Array<number>(values.length);
  eachIndex(map, lie, (seen, stored) => (seenValues[seen] = values[stored]!));
  return seenValues;
}

function eachIndex(map: Size, lie: Lie, put: (seen: number, stored: number) => void): void {
  const { width, height } = laidSize(lie, map);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const at = storedAt(lie, map, column, row);
      put(row * width + column, at.row * map.width + at.column);
    }
  }
}

const SIDES: readonly NotchSide[] = ['top', 'right', 'bottom', 'left'];

/** Where a side of the stored map is seen. */
export function laidSide(side: NotchSide, lie: Lie): NotchSide {
  const at = SIDES.indexOf(side);
  return SIDES[((lie.flip ? 4 - at : at) + lie.turns) % 4]!;
}

/** An angle clockwise from the top, as it is seen. */
export function laidAngle(radians: number, lie: Lie): number {
  return (lie.flip ? -radians : radians) + (lie.turns * Math.PI) / 2;
}
