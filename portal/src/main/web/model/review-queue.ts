// One reviewer's way through the queue: what is shown, what comes, what was said and can be undone.
// Wafers are leased ahead, so that the next one is here before it is wanted.

import type { NewGroundTruth, WaferKey } from './api-wafers.ts';
import type { ReviewWafer } from './api-review.ts';
import { Store } from './store.ts';
import { keyText } from './wafer-key.ts';

/** Wafers that are leased at a time, and how few may be left before more are. */
export const LEASED = 12;
export const REFILL_AT = 6;

const MAX_UNDO = 500;

interface Said {
  wafer: ReviewWafer;
  /** Null where it was skipped: then undo only goes back. */
  label: string | null;
  /** Lookalikes that got the same label. */
  with: WaferKey[];
}

export interface ReviewQueueState {
  /** The first is shown. */
  ahead: readonly ReviewWafer[];
  /** How many were labelled since the page was opened. */
  count: number;
  loading: boolean;
  /** The hub has no more for this reviewer now. */
  ended: boolean;
  error: string | null;
  note: string;
}

const START: ReviewQueueState = {
  ahead: [],
  count: 0,
  loading: false,
  ended: false,
  error: null,
  note: '',
};

type Lease = (limit: number) => Promise<{ items: ReviewWafer[] }>;
type Send = (label: NewGroundTruth) => void;

export class ReviewQueue {
  readonly state = new Store<ReviewQueueState>(START);
  private said: Said[] = [];

  constructor(private readonly lease: Lease, private readonly send: Send) {}

  /** Leases more where few are left. */
  async refill(): Promise<void> {
    const { ahead, loading } = this.state.get();
    if (loading || ahead.length >= REFILL_AT) {
      return;
    }
    this.change({ loading: true });
    try {
      const { items } = await this.lease(LEASED);
      this.state.update((now) => {
        const have = new Set(now.ahead.map(keyText));
        const more = items.filter((item) => !have.has(keyText(item)));
        return {
          ...now,
          ahead: [...now.ahead, ...more],
          loading: false,
          ended: items.length === 0,
          error: null,
        };
      });
    } catch (e) {
      this.change({ loading: false, error: (e as Error).message });
    }
  }

  /** Labels the wafer that is shown, and lookalikes with it; the next one is shown. */
  give(label: string, lookalikes: readonly WaferKey[] = []): void {
    const wafer = this.state.get().ahead[0];
    if (!wafer) {
      return;
    }
    const all = [keyOf(wafer), ...lookalikes.map(keyOf)];
    all.forEach((key) => this.send({ ...key, ground_truth: label, review: 'label' }));
    this.go({ wafer, label, with: all.slice(1) });
    const words = all.length > 1
      ? `${label} for ${all.length} wafers`
      : `${label} for ${wafer.imgid}`;
    this.state.update((now) => ({
      ...now,
      count: now.count + all.length,
      note: `${words} · u undoes`,
    }));
  }

  /** Goes on without a label; nobody else gets the wafer while its lease lasts. */
  skip(): void {
    const wafer = this.state.get().ahead[0];
    if (wafer) {
      this.go({ wafer, label: null, with: [] });
      this.change({ note: `${wafer.imgid} skipped · u goes back` });
    }
  }

  /** Back to the last wafer; what was said of it, and of lookalikes with it, is taken back. */
  undo(): void {
    const last = this.said.pop();
    if (!last) {
      this.change({ note: 'Nothing to undo: you gave no label since this page was opened.' });
      return;
    }
    const { wafer, label } = last;
    const taken = label === null ? [] : [keyOf(wafer), ...last.with];
    // The hub appends the label before; until it has, the prediction is the nearest guess.
    taken.forEach((key) => this.send({ ...key, ground_truth: wafer.prediction, review: 'undo' }));
    this.state.update((now) => ({
      ...now,
      ahead: [wafer, ...now.ahead],
      count: now.count - taken.length,
      note: label === null ? `Back to ${wafer.imgid}` : `${label} of ${wafer.imgid} taken back`,
    }));
  }

  private go(said: Said): void {
    this.said.push(said);
    this.said.splice(0, this.said.length - MAX_UNDO);
    const gone = new Set(said.with.map(keyText));
    this.state.update((now) => ({
      ...now,
      ahead: now.ahead.slice(1).filter((wafer) => !gone.has(keyText(wafer))),
    }));
    void this.refill();
  }

  private change(some: Partial<ReviewQueueState>): void {
    this.state.update((now) => ({ ...now, ...some }));
  }
}

function keyOf({ fab, camera, imgid, timestamp }: WaferKey): WaferKey {
  return { fab, camera, imgid, timestamp };
}
