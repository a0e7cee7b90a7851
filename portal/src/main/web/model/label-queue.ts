// Labels on their way to the hub. A label is never lost: it is kept in the browser until the hub
// has stored it, also over a reload or a lost session, and sent again while sending fails.

import { ApiError } from './api.ts';
import type { GroundTruth, NewGroundTruth } from './api-wafers.ts';
import { keyText } from './wafer-key.ts';
import { Store } from './store.ts';

export interface PendingLabel extends NewGroundTruth {
  /** Orders the queue and names the entry. */
  n: number;
  /** Who gave it: another person's session must not send it. */
  reviewer: string;
  tries: number;
  error: string | null;
  /** The hub refused it for good; a person has to decide. */
  refused: boolean;
}

/** Seconds between tries; the last one repeats. */
const RETRY_SECONDS = [1, 2, 5, 10, 30];

const STORAGE = 'fabwafer.labels';

/** Answers the wafer's new label; null where it has none by this. */
type Send = (label: NewGroundTruth) => Promise<GroundTruth | null>;
type Storage = Pick<typeof localStorage, 'getItem' | 'setItem'>;

export class LabelQueue {
  readonly pending: Store<readonly PendingLabel[]>;
  private sending = false;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private reviewer: string | null = null;

  constructor(
    private readonly send: Send,
    private readonly stored: (groundTruth: GroundTruth) => void,
    storage: Storage,
  ) {
    this.pending = new Store(readBack(storage));
    this.pending.watch(() => storage.setItem(STORAGE, JSON.stringify(this.pending.get())));
  }

  /** Begins to send what this person left unsent; null stops: nobody is logged in. */
  startFor(reviewer: string | null): void {
    this.reviewer = reviewer;
    this.stopWaiting();
    this.sendNext();
  }

  add(label: NewGroundTruth): void {
    if (this.reviewer === null) {
      return;
    }
    const n = 1 + Math.max(0, ...this.pending.get().map((p) => p.n));
    const entry = { ...label, n, reviewer: this.reviewer, tries: 0, error: null, refused: false };
    this.pending.update((all) => [...all, entry]);
    this.sendNext();
  }

  retry(): void {
    this.pending.update((all) => all.map((p) => ({ ...p, refused: false })));
    this.stopWaiting();
    this.sendNext();
  }

  discard(n: number): void {
    this.pending.update((all) => all.filter((p) => p.n !== n));
  }

  /** The newest label of a wafer that the hub does not have yet. */
  pendingOf(waferText: string): PendingLabel | undefined {
    return [...this.pending.get()]
      .reverse()
      .find((p) => keyText(p) === waferText && this.isMine(p));
  }

  private stopWaiting(): void {
    if (this.timer !== null) {
      clearTimeout(this.timer);
      this.timer = null;
    }
  }

  private isMine(label: PendingLabel): boolean {
    return label.reviewer === this.reviewer;
  }

  private sendNext(): void {
    if (this.sending || this.timer !== null) {
      return;
    }
    // In order: of two labels for one wafer the later one must be the newest at the hub too.
    const next = this.pending.get().find((p) => this.isMine(p) && !p.refused);
    if (next) {
      this.sending = true;
      void this.sendOne(next);
    }
  }

  private async sendOne(label: PendingLabel): Promise<void> {
    const { imgid, timestamp, fab, camera, ground_truth, comment, review } = label;
    try {
      const answer = await this.send({
        imgid,
        timestamp,
        fab,
        camera,
        ground_truth,
        ...(comment ? { comment } : {}),
        ...(review ? { review } : {}),
      });
      this.discard(label.n);
      if (answer) {
        this.stored(answer);
      }
    } catch (e) {
      this.failed(label, e as Error);
    } finally {
      this.sending = false;
    }
    this.sendNext();
  }

  private failed(label: PendingLabel, error: Error): void {
    const ended = error instanceof ApiError && error.status === 401;
    const passing = ended || (error instanceof ApiError && error.passing);
    const tries = label.tries + 1;
    this.pending.update((all) =>
      all.map((p) => p.n === label.n ? { ...p, tries, error: error.message, refused: !passing } : p)
    );
    if (ended) {
      // Goes on when this person has logged in again.
      this.reviewer = null;
    } else if (passing) {
      const asked = error instanceof ApiError ? error.retryAfterSeconds : null;
      const seconds = asked ?? RETRY_SECONDS[Math.min(tries, RETRY_SECONDS.length) - 1]!;
      this.timer = setTimeout(() => {
        this.timer = null;
        this.sendNext();
      }, seconds * 1000);
    }
  }
}

function readBack(storage: Storage): readonly PendingLabel[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(STORAGE) ?? '[]');
    return Array.isArray(kept) ? (kept as PendingLabel[]) : [];
  } catch {
    return [];
  }
}
