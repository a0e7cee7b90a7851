import {
  csvOf,
  DAY,
  placeInCalendar,
  spanOf,
  ticksOf,
  worst,
} from '../../main/web/model/analytics.ts';
import { expectEqual } from './expect.ts';

Deno.test('a file quotes its cells, and no cell is a formula', () => {
  const csv = csvOf({
    name: 'x',
    columns: ['Lot', 'Share'],
    rows: [['=1+1', -0.5], ['a "b"', null]],
  });
  expectEqual(csv, '\uFEFF"Lot","Share"\r\n"\'=1+1","-0.5"\r\n"a ""b""",""\r\n');
});

Deno.test('a calendar begins with its first week, Monday at the top', () => {
  const wednesday = Date.UTC(2026, 10, 18);
  expectEqual(placeInCalendar(wednesday, wednesday), { week: 0, weekday: 2 });
  expectEqual(placeInCalendar(wednesday, wednesday + 4 * DAY), { week: 0, weekday: 6 });
  expectEqual(placeInCalendar(wednesday, wednesday + 5 * DAY), { week: 1, weekday: 0 });
});

Deno.test('an axis holds all values, and no share below 0', () => {
  expectEqual(spanOf([0, 0.5]).low, 0);
  expectEqual(spanOf([-5, 5]).low < -5, true);
  expectEqual(spanOf([0.2]).high > 0.2, true);
});

Deno.test('the worst positions come first; those without a die not at all', () => {
  const stack = { columns: 2, dies: [0, 4, 4, 2], failing: [0, 1, 0, 2] };
  expectEqual(worst(stack, 2), [
    { row: 1, column: 1, dies: 2, failing: 2, share: 1 },
    { row: 0, column: 1, dies: 4, failing: 1, share: 0.25 },
  ]);
});

Deno.test('an axis is marked at round values', () => {
  expectEqual(ticksOf(0, 0.55), [0, 0.2, 0.4]);
  expectEqual(ticksOf(-0.7, 0.7), [-0.5, 0, 0.5]);
});
