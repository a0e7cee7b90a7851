import { labelOfKey, patternClass } from '../../main/web/model/patterns.ts';
import { axisEnd, bucketFor, occurring, shares } from '../../main/web/model/trend.ts';
import { ago } from '../../main/web/model/time.ts';
import { expectEqual } from './expect.ts';

const POINT = {
  start: 0,
  startAt: '1970-01-01T00:00:00Z',
  wafers: 20,
  defects: 5,
  rate: 0.25,
  predictions: { none: 15, Scratch: 1, 'Half-moon': 1, Center: 3 },
};

Deno.test('shares are in the order of the labels and sum up to the rate', () => {
  const parts = shares(POINT);
  expectEqual(parts.map((p) => p.label), ['Center', 'Scratch', 'Half-moon']);
  expectEqual(parts.reduce((sum, p) => sum + p.share, 0), 0.25);
  expectEqual(occurring([POINT, POINT])[0], { label: 'Center', wafers: 6 });
});

Deno.test('the axis holds the largest value', () => {
  expectEqual([axisEnd(0.03), axisEnd(0.3), axisEnd(0.81)], [0.04, 0.3, 1]);
});

Deno.test('points are hours for days and weeks for years', () => {
  expectEqual(bucketFor({ range: '24h' }, 0), 'hour');
  expectEqual(bucketFor({ range: '30d' }, 0), 'day');
  expectEqual(bucketFor({ range: 'custom', from: 0 }, 1_790_000_000_000), 'week');
});

Deno.test('keys 1 to 8 are the patterns, 0 is none, 9 is nothing', () => {
  expectEqual([labelOfKey('1'), labelOfKey('8'), labelOfKey('0')], ['Center', 'Scratch', 'none']);
  expectEqual(labelOfKey('9'), undefined);
  expectEqual(patternClass('Half-moon'), 'pattern-new');
});

Deno.test('how long ago is told in the largest unit', () => {
  expectEqual([ago(0, 59_000), ago(0, 3_599_000), ago(0, 90_000_000)], [
    '59 s ago',
    '59 min ago',
    '1 day ago',
  ]);
});
