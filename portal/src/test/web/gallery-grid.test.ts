import {
  columnsIn,
  heightOf,
  scrollTo,
  stepOf,
  TILE,
  tilesIn,
} from '../../main/web/model/gallery-grid.ts';
import { filterOf, paramsOf, queryOf } from '../../main/web/model/filter.ts';
import { expectEqual, expectTrue } from './expect.ts';

const HEIGHT = 4 * TILE.height;

Deno.test('only the tiles about the part in sight exist, however many there are', () => {
  const { first, end } = tilesIn(1_000 * TILE.height, HEIGHT, 8, 20_000);
  expectTrue(first <= 8_000 && end >= 8_032, 'what is in sight exists');
  expectTrue(end - first <= 8 * 10, 'and little more');
  expectEqual(tilesIn(0, HEIGHT, 8, 3), { first: 0, end: 3 });
});

Deno.test('every tile has a row, also in a box narrower than one', () => {
  expectEqual(columnsIn(10), 1);
  expectEqual(heightOf(9, 4), 3 * TILE.height);
  expectEqual(heightOf(0, 4), 0);
});

Deno.test('the chosen tile is scrolled to only where it is out of sight', () => {
  expectEqual(scrollTo(9, 4, 0, HEIGHT), undefined);
  expectEqual(scrollTo(16, 4, 0, HEIGHT), TILE.height);
  expectEqual(scrollTo(0, 4, 500, HEIGHT), 0);
});

Deno.test('arrows go by rows, pages by what is in sight', () => {
  expectEqual(stepOf('ArrowDown', 7, HEIGHT), 7);
  expectEqual(stepOf('PageUp', 7, HEIGHT), -28);
  expectEqual(stepOf('x', 7, HEIGHT), undefined);
});

Deno.test('product and probabilities survive the address and reach the hub', () => {
  const filter = filterOf(new URLSearchParams('product=P+1&pmin=0.5&pmax=0.8'));
  const query = queryOf(filter, 0);
  expectEqual([query.product, query.minprobability, query.maxprobability], ['P 1', 0.5, 0.8]);
  expectEqual(paramsOf(filter)['pmin'], '0.5');
  const wrong = filterOf(new URLSearchParams('pmin=2&pmax=x'));
  expectEqual([wrong.minProbability, wrong.maxProbability], [undefined, undefined]);
});
