import type { NewGroundTruth } from '../../main/web/model/api-wafers.ts';
import type { ReviewWafer } from '../../main/web/model/api-review.ts';
import { setLabel, toggled } from '../../main/web/model/label-sets.ts';
import { REFILL_AT, ReviewQueue } from '../../main/web/model/review-queue.ts';
import { expectEqual } from './expect.ts';

function wafer(n: number): ReviewWafer {
  const key = { fab: 'faba', camera: 'camera1', imgid: `img${n}`, timestamp: n };
  return { ...key, prediction: 'Center', wanted: [] } as unknown as ReviewWafer;
}

function desk(wafers: number) {
  let given = 0;
  const sent: NewGroundTruth[] = [];
  const lease = (limit: number) => {
    const items = [];
    for (let i = 0; i < limit && given < wafers; i++) {
      items.push(wafer(given++));
    }
    return Promise.resolve({ items });
  };
  const queue = new ReviewQueue(lease, (label) => sent.push(label));
  return { queue, sent };
}

const shown = (queue: ReviewQueue) => queue.state.get().ahead[0]?.imgid;
const settled = () => new Promise((done) => setTimeout(done, 0));

Deno.test('a label is sent, the next wafer is shown, more are leased before they run out', async () => {
  const { queue, sent } = desk(100);
  await queue.refill();
  for (let i = 0; i < 30; i++) {
    queue.give('Loc');
    await settled();
    expectEqual(queue.state.get().ahead.length >= REFILL_AT - 1, true);
  }
  expectEqual(shown(queue), 'img30');
  expectEqual(sent.length, 30);
  expectEqual([sent[3]!.imgid, sent[3]!.ground_truth, sent[3]!.review], ['img3', 'Loc', 'label']);
});

Deno.test('undo takes the last label back, goes back to its wafer, and past a skipped one', async () => {
  const { queue, sent } = desk(10);
  await queue.refill();
  queue.give('Loc');
  queue.skip();
  queue.undo();
  expectEqual([shown(queue), sent.length], ['img1', 1]);
  queue.undo();
  expectEqual([shown(queue), sent.length, sent[1]!.review], ['img0', 2, 'undo']);
  expectEqual(queue.state.get().count, 0);
  queue.undo();
  expectEqual(sent.length, 2);
});

Deno.test('a label for lookalikes goes to each, they are not shown again, one undo takes all back', async () => {
  const { queue, sent } = desk(10);
  await queue.refill();
  queue.give('Donut', [wafer(1), wafer(77)]);
  expectEqual(sent.map((label) => label.imgid), ['img0', 'img1', 'img77']);
  expectEqual([shown(queue), queue.state.get().count], ['img2', 3]);
  queue.undo();
  expectEqual(sent.slice(3).map((label) => [label.imgid, label.review]), [
    ['img0', 'undo'],
    ['img1', 'undo'],
    ['img77', 'undo'],
  ]);
});

Deno.test('the end of the queue and a failing hub are told', async () => {
  const { queue } = desk(0);
  await queue.refill();
  expectEqual([queue.state.get().ended, queue.state.get().error], [true, null]);
  const broken = new ReviewQueue(() => Promise.reject(new Error('no')), () => {});
  await broken.refill();
  expectEqual(broken.state.get().error, 'no');
});

Deno.test('patterns are joined in the order of the labels; none and unknown stand alone', () => {
  const set = toggled(toggled(['Scratch'], 'Center'), 'none');
  expectEqual(setLabel(set), 'Center+Scratch');
  expectEqual(setLabel(toggled(set, 'Scratch')), 'Center');
  expectEqual(setLabel([]), undefined);
});
