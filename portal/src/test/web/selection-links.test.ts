import { filterOf } from '../../main/web/model/filter.ts';
import { parseRoute } from '../../main/web/model/route.ts';
import { stackedMapOf, waferGallery } from '../../main/web/model/selection-links.ts';
import { expectEqual as equal } from './expect.ts';

Deno.test('a point of a chart leads to the gallery of its wafers alone', () => {
  const link = waferGallery({ fab: 'faba', camera: 'camera2', lot: 'L1' }, 1_000, 2_999);
  const { view, params } = parseRoute(link);
  equal(view, 'wafers');
  equal(params.get('layout'), 'gallery');
  const filter = filterOf(params);
  equal([filter.fab, filter.camera, filter.from, filter.to], ['faba', 'camera2', 1_000, 2_999]);
});

Deno.test('a stacked map is asked for without what it does not know', () => {
  const link = stackedMapOf({ range: '7d', product: 'P-52', label: 'Scratch', state: 'reviewed' });
  equal(link, '#/analytics?range=7d&product=P-52&chart=stack');
});
