import type { WaferMap } from '../../main/web/model/wafer-maps.ts';
import { axesOf } from '../../main/web/model/axes.ts';
import {
  AS_STORED,
  flipped,
  laid,
  laidAngle,
  laidSide,
  laidValues,
  type Lie,
  lieOf,
  lieText,
  storedAt,
  turned,
} from '../../main/web/model/lie.ts';
import { bySlot } from '../../main/web/model/lots.ts';
import { expectEqual, expectTrue } from './expect.ts';

/** 3 wide, 2 high: a b c over d e f, as cells 0 1 2 / 1 2 0. */
const MAP: WaferMap = {
  width: 3,
  height: 2,
  cells: Uint8Array.from([0, 1, 2, 1, 2, 0]),
  dies: 4,
  failing: 2,
  yieldRatio: 0.5,
  discScale: 1,
};
const EVERY: readonly Lie[] = ([0, 1, 2, 3] as const).flatMap((turns) => [
  { turns, flip: false },
  { turns, flip: true },
]);

function rows(map: WaferMap): string[] {
  return Array.from(
    { length: map.height },
    (_, y) => [...map.cells.slice(y * map.width, (y + 1) * map.width)].join(''),
  );
}

Deno.test('a quarter turn goes clockwise, a mirror from left to right', () => {
  expectEqual(rows(laid(MAP, turned(AS_STORED))), ['10', '21', '02']);
  expectEqual(rows(laid(MAP, flipped(AS_STORED))), ['210', '021']);
  expectTrue(laid(MAP, AS_STORED) === MAP, 'as stored nothing is copied');
});

Deno.test('however it lies, each die is the same die and no count changes', () => {
  for (const lie of EVERY) {
    const seen = laid(MAP, lie);
    expectEqual([seen.dies, seen.failing, seen.yieldRatio], [4, 2, 0.5]);
    const stored = new Set<number>();
    for (let y = 0; y < seen.height; y++) {
      for (let x = 0; x < seen.width; x++) {
        const at = storedAt(lie, MAP, x, y);
        const index = at.row * MAP.width + at.column;
        stored.add(index);
        expectEqual(seen.cells[y * seen.width + x], MAP.cells[index]);
      }
    }
    expectEqual(stored.size, 6);
    const values = laidValues([...MAP.cells], MAP, lie);
    expectEqual(values, [...seen.cells]);
  }
});

Deno.test('mirroring mirrors what is seen, also of a turned view; four turns are none', () => {
  for (const lie of EVERY) {
    const mirrored = rows(laid(MAP, flipped(lie)));
    expectEqual(mirrored, rows(laid(MAP, lie)).map((row) => [...row].reverse().join('')));
    expectEqual(turned(turned(turned(turned(lie)))), lie);
    expectEqual(flipped(flipped(lie)), lie);
  }
});

Deno.test('the notch and the sectors go with the dies', () => {
  expectEqual(laidSide('bottom', { turns: 1, flip: false }), 'left');
  expectEqual(laidSide('left', { turns: 0, flip: true }), 'right');
  expectEqual(laidSide('top', { turns: 2, flip: true }), 'bottom');
  expectEqual(laidAngle(0, { turns: 1, flip: false }), Math.PI / 2);
  expectEqual(laidAngle(1, { turns: 0, flip: true }), -1);
});

Deno.test('the address holds how the wafer lies; nonsense is as stored', () => {
  for (const lie of EVERY) {
    expectEqual(lieOf(lieText(lie) ?? null), lie);
  }
  expectEqual(lieText(AS_STORED), undefined);
  expectEqual(lieOf('45'), AS_STORED);
});

Deno.test('axes count the stored columns and rows, and the origin is where both are 0', () => {
  const grid = { x: 100, y: 50, pitchX: 10, pitchY: 10 };
  const plain = axesOf(MAP, AS_STORED, grid, 5);
  expectEqual(plain.top, { name: 'x', ticks: texts([105, 0], [115, 1], [125, 2]) });
  expectEqual(plain.left.ticks, texts([55, 0], [65, 1]));
  expectEqual(plain.origin, { right: false, bottom: false });
  const quarter = axesOf(MAP, turned(AS_STORED), grid, 5);
  expectEqual(quarter.top, { name: 'y', ticks: texts([105, 1], [115, 0]) });
  expectEqual(quarter.left, { name: 'x', ticks: texts([55, 0], [65, 1], [75, 2]) });
  expectEqual(quarter.origin, { right: true, bottom: false });
  const wide = axesOf({ width: 200, height: 200 }, AS_STORED, grid, 42);
  expectEqual(wide.top.ticks.slice(0, 3).map((t) => t.text), ['0', '5', '10']);
});

function texts(...ticks: [number, number][]) {
  return ticks.map(([at, n]) => ({ at, text: String(n) }));
}

Deno.test('wafers of a lot are in slot order, else by their numbers', () => {
  const of = (slot: number | null, wafer: string | null, timestamp = 0) => ({
    slot,
    wafer,
    timestamp,
  });
  const slots = [of(10, 'a'), of(2, 'b')].sort(bySlot).map((w) => w.slot);
  expectEqual(slots, [2, 10]);
  const names = [of(null, 'W10'), of(null, 'W9')].sort(bySlot).map((w) => w.wafer);
  expectEqual(names, ['W9', 'W10']);
  expectEqual([of(null, null, 2), of(null, null, 1)].sort(bySlot).map((w) => w.timestamp), [1, 2]);
});
