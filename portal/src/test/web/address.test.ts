import { filterOf, paramsOf, queryOf } from '../../main/web/model/filter.ts';
import { parseRoute } from '../../main/web/model/route.ts';
import { keyOfText, keyText, newestFirst } from '../../main/web/model/wafer-key.ts';
import { expectEqual, expectTrue } from './expect.ts';

Deno.test('a filter reads back from the address it made', () => {
  const params = new URLSearchParams(
    'fab=faba&camera=c.1&from=2026-11-01T00:00:00.000Z&label=Edge-Ring&state=corrected',
  );
  const filter = filterOf(params);
  expectEqual(filter.range, 'custom');
  const again = Object.entries(paramsOf(filter)).filter(([, v]) => v !== undefined) as string[][];
  expectEqual(filterOf(new URLSearchParams(again)), filter);
});

Deno.test('nonsense in the address is left out', () => {
  const filter = filterOf(new URLSearchParams('range=9y&from=yesterday&state=odd&camera=c1'));
  expectEqual(filter.range, 'all');
  expectEqual([filter.from, filter.state, filter.camera], [undefined, undefined, undefined]);
  expectEqual(parseRoute('#/nowhere?x=1').view, 'wafers');
});

Deno.test('a range of the past counts from now', () => {
  expectEqual(queryOf({ range: '1h' }, 10_000_000).fromts, 6_400_000);
});

Deno.test('a wafer key reads back, and nothing else does', () => {
  const key = { fab: 'faba', camera: 'cam-1', imgid: 'img.3_x', timestamp: 1554134552946 };
  expectEqual(keyOfText(keyText(key)), key);
  expectEqual(keyOfText('faba/cam-1/img3'), undefined);
  expectEqual(keyOfText(null), undefined);
});

Deno.test('newest first, then by imgid from the end', () => {
  const of = (imgid: string, timestamp: number) => ({ fab: 'a', camera: 'b', imgid, timestamp });
  expectTrue(newestFirst(of('a', 2), of('a', 1)) < 0, 'the newer first');
  expectTrue(newestFirst(of('b', 1), of('a', 1)) < 0, 'the later name first');
});
