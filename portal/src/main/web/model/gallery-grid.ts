// Where the gallery's tiles lie. Pure arithmetic in CSS pixels.

/** A tile's place in the box, with the space to its neighbours. */
export const TILE = { width: 148, height: 186 };

/** Rows kept beyond each edge. */
const OVERSCAN = 2;

export function columnsIn(width: number): number {
  return Math.max(1, Math.floor(width / TILE.width));
}

/** Height of all tiles. */
export function heightOf(count: number, columns: number): number {
  return Math.ceil(count / columns) * TILE.height;
}

/** The tiles that exist for a part in sight: first, and the one after the last. */
export function tilesIn(
  top: number,
  height: number,
  columns: number,
  count: number,
): { first: number; end: number } {
  const first = Math.max(0, Math.floor(top / TILE.height) - OVERSCAN) * columns;
  const rows = Math.ceil((top + height) / TILE.height) + OVERSCAN;
  return { first: Math.min(first, count), end: Math.min(count, rows * columns) };
}

/** Where to scroll so that a tile is in sight; undefined: it is. */
export function scrollTo(
  at: number,
  columns: number,
  top: number,
  height: number,
): number | undefined {
  const row = Math.floor(at / columns) * TILE.height;
  if (row < top) {
    return row;
  }
  return row + TILE.height > top + height ? row + TILE.height - height : undefined;
}

/** What a key moves the choice by; undefined: it moves nothing. */
export function stepOf(key: string, columns: number, height: number): number | undefined {
  const page = Math.max(1, Math.floor(height / TILE.height)) * columns;
  return { ArrowDown: columns, ArrowUp: -columns, PageDown: page, PageUp: -page }[key];
}
