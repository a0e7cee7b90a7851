import { ApiError } from '../../main/web/model/api.ts';
import type { GroundTruth, NewGroundTruth } from '../../main/web/model/api-wafers.ts';
import { LabelQueue } from '../../main/web/model/label-queue.ts';
import { expectEqual } from './expect.ts';

const LABEL = { fab: 'faba', camera: 'camera1', imgid: 'img1', timestamp: 5, ground_truth: 'Loc' };

class Memory {
  text: string | null = null;
  getItem = () => this.text;
  setItem = (_: string, text: string) => {
    this.text = text;
  };
}

function hub(answers: (ApiError | null)[]) {
  const sent: NewGroundTruth[] = [];
  const send = (label: NewGroundTruth): Promise<GroundTruth> => {
    sent.push(label);
    const failure = answers.shift();
    return failure
      ? Promise.reject(failure)
      : Promise.resolve({ ...label, id: 1, reviewer: 'admin', comment: null, at: '' });
  };
  return { sent, send };
}

const settled = () => new Promise((done) => setTimeout(done, 0));
const failure = (status: number) => new ApiError(status, 'x', 'no');

Deno.test('a stored label leaves the queue', async () => {
  const { sent, send } = hub([null]);
  const stored: GroundTruth[] = [];
  const queue = new LabelQueue(send, (truth) => stored.push(truth), new Memory());
  queue.startFor('admin');
  queue.add(LABEL);
  await settled();
  expectEqual([sent.length, stored.length, queue.pending.get().length], [1, 1, 0]);
});

Deno.test('a label that fails in passing is kept over a reload and sent again', async () => {
  const memory = new Memory();
  const broken = hub([failure(503)]);
  const before = new LabelQueue(broken.send, () => {}, memory);
  before.startFor('admin');
  before.add(LABEL);
  await settled();
  expectEqual(before.pending.get()[0]?.error, 'no');
  before.startFor(null);

  const well = hub([]);
  const after = new LabelQueue(well.send, () => {}, memory);
  after.startFor('admin');
  await settled();
  expectEqual([well.sent.length, after.pending.get().length], [1, 0]);
});

Deno.test('a refused label waits for a person and holds up no other', async () => {
  const { sent, send } = hub([failure(404), null]);
  const queue = new LabelQueue(send, () => {}, new Memory());
  queue.startFor('admin');
  queue.add(LABEL);
  queue.add({ ...LABEL, imgid: 'img2' });
  await settled();
  await settled();
  expectEqual([sent.length, queue.pending.get().length], [2, 1]);
  expectEqual(queue.pending.get()[0]?.refused, true);
});

Deno.test('another person does not send what the first left', async () => {
  const memory = new Memory();
  const { send } = hub([failure(401)]);
  const queue = new LabelQueue(send, () => {}, memory);
  queue.startFor('admin');
  queue.add(LABEL);
  await settled();

  const next = hub([]);
  const others = new LabelQueue(next.send, () => {}, memory);
  others.startFor('miriam');
  await settled();
  expectEqual([next.sent.length, others.pendingOf('faba/camera1/img1@5')], [0, undefined]);
});
