import type { Page } from '../../main/web/model/api.ts';
import type { GroundTruth, Wafer, WaferQuery } from '../../main/web/model/api-wafers.ts';
import { WaferList } from '../../main/web/model/wafer-list.ts';
import { expectEqual, expectTrue } from './expect.ts';

function wafer(timestamp: number, prediction = 'none'): Wafer {
  return {
    imgid: `w${timestamp}`,
    timestamp,
    time: new Date(timestamp).toISOString(),
    fab: 'faba',
    camera: 'camera1',
    prediction,
    probability: 0.9,
    probabilities: null,
    model: null,
    patterns: null,
    patternProbabilities: null,
    conformalSet: null,
    novelty: null,
    decision: null,
    reasons: [],
    lot: null,
    wafer: null,
    slot: null,
    product: null,
    notch: null,
    imageUrl: null,
    waferMapUrl: null,
    groundTruth: null,
  };
}

/** A hub with wafers of the times 1 … count. */
function hubWith(count: number) {
  const asked: WaferQuery[] = [];
  const wafers = Array.from({ length: count }, (_, i) => wafer(count - i));
  const page = (
    query: WaferQuery,
    limit: number,
    cursor: string | null,
  ): Promise<Page<Wafer>> => {
    asked.push(query);
    const all = wafers.filter(
      (w) => w.timestamp <= (query.tots ?? Infinity) && w.timestamp >= (query.fromts ?? 0),
    );
    const from = Number(cursor ?? 0);
    const next = from + limit < all.length ? String(from + limit) : null;
    return Promise.resolve({ items: all.slice(from, from + limit), next });
  };
  return { asked, wafers, page };
}

const listOf = (hub: ReturnType<typeof hubWith>) => new WaferList(hub.page, () => 1_000_000, 0);
const times = (list: WaferList) => list.state.get().wafers.map((w) => w.timestamp);
const soon = () => new Promise((done) => setTimeout(done, 5));

Deno.test('pages follow each other without a gap or a double', async () => {
  const list = listOf(hubWith(250));
  await list.open({ range: 'all' });
  await list.readMore();
  await list.readMore();
  await list.readMore();
  expectEqual(times(list), Array.from({ length: 250 }, (_, i) => 250 - i));
  expectEqual(list.state.get().more, false);
});

Deno.test('a new wafer comes first, once', async () => {
  const list = listOf(hubWith(3));
  await list.open({ range: 'all' });
  list.arrived(wafer(10));
  list.arrived(wafer(10));
  list.arrived(wafer(2));
  await soon();
  expectEqual(times(list), [10, 3, 2, 1]);
});

Deno.test('an image may come before or after its wafer is shown', async () => {
  const list = listOf(hubWith(3));
  await list.open({ range: 'all' });
  list.arrived(wafer(10));
  list.imageArrived(wafer(10), '/image', '/map');
  list.imageArrived(wafer(2), '/image2', '/map2');
  await soon();
  const urls = list.state.get().wafers.map((w) => w.imageUrl);
  expectEqual(urls, ['/image', null, '/image2', null]);
});

Deno.test('a new wafer that the filter leaves out does not come', async () => {
  const list = listOf(hubWith(3));
  await list.open({ range: 'all', label: 'Donut' });
  list.arrived(wafer(10, 'none'));
  list.arrived(wafer(11, 'donut'));
  await soon();
  expectEqual(times(list)[0], 11);
  expectTrue(!times(list).includes(10), 'no wafer without a defect');
});

Deno.test('of new wafers only those to review with a pattern come, where asked for', async () => {
  const list = listOf(hubWith(0));
  await list.open({ range: 'all', decision: 'review', pattern: 'Scratch' });
  list.arrived({ ...wafer(1), decision: 'review', patterns: ['Center', 'Scratch'] });
  list.arrived({ ...wafer(2, 'Scratch'), decision: 'review' });
  list.arrived({ ...wafer(3, 'Scratch'), decision: 'review', patterns: ['Center'] });
  list.arrived({ ...wafer(4, 'Scratch'), decision: 'accept' });
  list.arrived(wafer(5, 'Scratch'));
  await soon();
  expectEqual(times(list), [2, 1]);
});

Deno.test('a link to an old wafer opens the list there', async () => {
  const list = listOf(hubWith(1000));
  const { fab, camera, imgid, timestamp } = wafer(300);
  await list.open({ range: 'all' }, { fab, camera, imgid, timestamp });
  expectEqual(times(list)[0], 300);
  expectEqual(list.state.get().anchored, true);
});

Deno.test('after a gap of events the pages read so far stay', async () => {
  const hub = hubWith(250);
  const list = listOf(hub);
  await list.open({ range: 'all' });
  await list.readMore();
  hub.wafers.unshift(wafer(251));
  await list.refresh();
  expectEqual(times(list), Array.from({ length: 201 }, (_, i) => 251 - i));
});

Deno.test('after a gap larger than a page the list starts anew', async () => {
  const hub = hubWith(250);
  const list = listOf(hub);
  await list.open({ range: 'all' });
  hub.wafers.unshift(...Array.from({ length: 500 }, (_, i) => wafer(750 - i)));
  await list.refresh();
  expectEqual(times(list), Array.from({ length: 100 }, (_, i) => 750 - i));
});

Deno.test('an older label does not replace a newer one', async () => {
  const list = listOf(hubWith(3));
  await list.open({ range: 'all' });
  const label = (id: number, ground_truth: string): GroundTruth => ({
    id,
    imgid: 'w2',
    timestamp: 2,
    fab: 'faba',
    camera: 'camera1',
    ground_truth,
    reviewer: 'admin',
    comment: null,
    at: '2026-11-23T00:00:00Z',
  });
  list.labelled(label(8, 'Donut'));
  list.labelled(label(7, 'Loc'));
  expectEqual(list.state.get().wafers[1]?.groundTruth?.ground_truth, 'Donut');
});

Deno.test('a hub that does not answer leaves its words', async () => {
  const list = new WaferList(() => Promise.reject(new Error('The hub does not answer.')));
  await list.open({ range: 'all' });
  expectEqual(list.state.get().error, 'The hub does not answer.');
});
