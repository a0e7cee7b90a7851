// Where dies lie on a canvas. Pure arithmetic in device pixels.

/** The grid's place: left top corner and the pitch of a die. */
export interface Grid {
  x: number;
  y: number;
  pitchX: number;
  pitchY: number;
}

export interface Size {
  width: number;
  height: number;
}

/** A wafer map's extents; its dies may lie on a disc. */
export interface Outline extends Size {
  discScale: number;
}

export function isRound(map: Outline): boolean {
  return map.discScale <= MAX_DISC_SCALE;
}

/** Past this a grid's dies are no round wafer: a full square would be 1.41. */
export const MAX_DISC_SCALE = 1.25;

/** Silicon around the outermost die's corner. */
const RIM = 1.015;

/**
 * How much larger than the grid's own circle (or ellipse) the one is that holds every die: outer
 * dies have corners beyond it.
 *
 * @param cells row by row, 0 where there is no die
 */
export function discScale(map: Size, cells: Uint8Array): number {
  const [rx, ry] = [map.width / 2, map.height / 2];
  let farthest = 0;
  for (let row = 0; row < map.height; row++) {
    const dy = Math.max(Math.abs(row - ry), Math.abs(row + 1 - ry)) / ry;
    const [start, end] = [row * map.width, (row + 1) * map.width];
    let left = start;
    while (left < end && cells[left] === 0) {
      left++;
    }
    let right = end;
    while (right > left && cells[right - 1] === 0) {
      right--;
    }
    if (left < right) {
      const dx = Math.max(Math.abs(left - start - rx), Math.abs(right - start - rx)) / rx;
      farthest = Math.max(farthest, dx * dx + dy * dy);
    }
  }
  return Math.sqrt(farthest) * RIM;
}

/** Pixels from which a die's pitch is whole: below, a whole pitch would waste too much room. */
const WHOLE_FROM = 3;

/** A grid this oblong is no round wafer with oblong dies. */
const MAX_ASPECT = 4;

/**
 * Fits a wafer map into a box, in its middle.
 *
 * @param round dies as oblong as it takes for the grid to be as wide as high: maps hold no die size,
 *     and wafers are round
 * @param zoom 1 fits the box
 */
export function fit(map: Outline, box: Size, round: boolean, zoom = 1): Grid {
  const scale = isRound(map) ? Math.max(1, map.discScale) : 1;
  const [boxWidth, boxHeight] = [box.width / scale, box.height / scale];
  const side = Math.min(boxWidth, boxHeight);
  const aspect = map.width / map.height;
  let pitchX: number;
  let pitchY: number;
  if (round && aspect <= MAX_ASPECT && aspect >= 1 / MAX_ASPECT) {
    pitchX = (side / map.width) * zoom;
    pitchY = (side / map.height) * zoom;
  } else {
    pitchX = pitchY = Math.min(boxWidth / map.width, boxHeight / map.height) * zoom;
  }
  // Whole pixels: every die is as large as its neighbour, and its edges are sharp.
  pitchX = pitchX >= WHOLE_FROM ? Math.floor(pitchX) : pitchX;
  pitchY = pitchY >= WHOLE_FROM ? Math.floor(pitchY) : pitchY;
  return {
    x: Math.round((box.width - pitchX * map.width) / 2),
    y: Math.round((box.height - pitchY * map.height) / 2),
    pitchX,
    pitchY,
  };
}

/** The die under a point; undefined outside the grid. */
export function dieAt(
  grid: Grid,
  map: Size,
  x: number,
  y: number,
): { column: number; row: number } | undefined {
  const column = Math.floor((x - grid.x) / grid.pitchX);
  const row = Math.floor((y - grid.y) / grid.pitchY);
  const inside = column >= 0 && row >= 0 && column < map.width && row < map.height;
  return inside ? { column, row } : undefined;
}

/** Moves the grid so that the die under a point stays there when the zoom changes. */
export function keepUnder(before: Grid, after: Grid, x: number, y: number): Grid {
  const column = (x - before.x) / before.pitchX;
  const row = (y - before.y) / before.pitchY;
  return {
    ...after,
    x: Math.round(x - column * after.pitchX),
    y: Math.round(y - row * after.pitchY),
  };
}
