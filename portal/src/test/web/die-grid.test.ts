import { dieAt, discScale, fit, isRound, keepUnder } from '../../main/web/model/die-grid.ts';
import { expectEqual, expectTrue } from './expect.ts';

const square = { width: 100, height: 100, discScale: 1 };

Deno.test('fit gives whole pixels a die, in the middle of the box', () => {
  const grid = fit(square, { width: 1050, height: 780 }, true);
  expectEqual(grid, { x: 175, y: 40, pitchX: 7, pitchY: 7 });
});

Deno.test('fit makes an oblong map of a round wafer as wide as high', () => {
  const grid = fit({ width: 50, height: 100, discScale: 1 }, { width: 600, height: 600 }, true);
  expectEqual([grid.pitchX, grid.pitchY], [12, 6]);
});

Deno.test('fit keeps dies square where asked', () => {
  const grid = fit({ width: 50, height: 100, discScale: 1 }, { width: 600, height: 600 }, false);
  expectEqual([grid.pitchX, grid.pitchY], [6, 6]);
});

Deno.test('fit shrinks 2,000 x 2,000 dies into the box', () => {
  const map = { width: 2000, height: 2000, discScale: 1 };
  const grid = fit(map, { width: 700, height: 700 }, true);
  expectEqual(grid.pitchX, 0.35);
});

Deno.test('dieAt finds the die under a point and none beside the grid', () => {
  const grid = { x: 10, y: 20, pitchX: 5, pitchY: 5 };
  expectEqual(dieAt(grid, square, 10, 20), { column: 0, row: 0 });
  expectEqual(dieAt(grid, square, 24.9, 25), { column: 2, row: 1 });
  expectEqual(dieAt(grid, square, 9, 25), undefined);
  expectEqual(dieAt(grid, square, 511, 25), undefined);
});

Deno.test('keepUnder leaves the die under the pointer when the zoom changes', () => {
  const box = { width: 500, height: 500 };
  const before = fit(square, box, true);
  const after = keepUnder(before, fit(square, box, true, 4), 120, 333);
  expectEqual(dieAt(after, square, 120, 333), dieAt(before, square, 120, 333));
});

Deno.test('a wafer on a disc is round, a grid full of dies is not', () => {
  const side = 40;
  const disc = new Uint8Array(side * side);
  for (let i = 0; i < disc.length; i++) {
    const [x, y] = [(i % side) + 0.5 - side / 2, Math.floor(i / side) + 0.5 - side / 2];
    disc[i] = Math.hypot(x, y) < side / 2 ? 1 : 0;
  }
  const round = discScale({ width: side, height: side }, disc);
  const full = discScale({ width: side, height: side }, disc.fill(1));
  expectTrue(round >= 1 && round < 1.1, `a disc little larger than the grid, got ${round}`);
  expectTrue(isRound({ width: side, height: side, discScale: round }), 'round');
  expectTrue(!isRound({ width: side, height: side, discScale: full }), 'not round');
});
