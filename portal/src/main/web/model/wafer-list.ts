// The wafers of one filter, read a page at a time and kept up to date by events. The hub may hold
// millions: only what was looked at is here.

import type { Page } from './api.ts';
import type { GroundTruth, Wafer, WaferKey, WaferQuery } from './api-wafers.ts';
import { patternsOf } from './assessment.ts';
import type { WaferFilter } from './filter.ts';
import { keyText, newestFirst } from './wafer-key.ts';
import { queryOf } from './filter.ts';
import { Store } from './store.ts';

export const PAGE = 100;

/** Most wafers kept: about 20 MB. For older ones the list is opened at a later place. */
export const MAX_KEPT = 20_000;

export interface WaferListState {
  wafers: readonly Wafer[];
  loading: boolean;
  /** Whether older wafers wait at the hub. */
  more: boolean;
  error: string | null;
  /** The list begins at a wafer of the past; newer ones are not shown. */
  anchored: boolean;
}

type FetchPage = (
  query: WaferQuery,
  limit: number,
  cursor: string | null,
  signal?: AbortSignal,
) => Promise<Page<Wafer>>;

function sameLabel(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

const EMPTY: WaferListState = {
  wafers: [],
  loading: true,
  more: false,
  error: null,
  anchored: false,
};

export class WaferList {
  readonly state = new Store<WaferListState>(EMPTY);
  private filter: WaferFilter = { range: 'all' };
  private query: WaferQuery = {};
  private cursor: string | null = null;
  private reading: AbortController | null = null;
  private arrivals: Wafer[] = [];
  private images = new Map<string, Pick<Wafer, 'imageUrl' | 'waferMapUrl'>>();
  private arrivalTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly fetchPage: FetchPage,
    private readonly now: () => number = Date.now,
    /** New wafers are shown this often at most: a fast line must not keep the page rendering. */
    private readonly batchMillis = 250,
  ) {}

  /**
   * Reads the first page. With a wafer that is not on it the list starts at that wafer, so that a
   * link opens where it was made.
   */
  async open(filter: WaferFilter, wanted?: WaferKey): Promise<void> {
    this.filter = filter;
    this.query = queryOf(filter, this.now());
    this.arrivals = [];
    this.images.clear();
    await this.readFirst(false);
    const { wafers, error } = this.state.get();
    if (wanted && !error && !wafers.some((w) => keyText(w) === keyText(wanted))) {
      const tots = wanted.timestamp;
      if (tots <= (this.query.tots ?? Infinity) && tots >= (this.query.fromts ?? 0)) {
        this.query = { ...this.query, tots };
        await this.readFirst(true);
      }
    }
  }

  /** Reads what was missed while events did not come; what is shown stays until the answer. */
  async refresh(): Promise<void> {
    const { anchored, wafers, more } = this.state.get();
    if (anchored) {
      return;
    }
    const cursor = this.cursor;
    this.reading?.abort();
    this.query = queryOf(this.filter, this.now());
    await this.read(null, (page) => {
      const fresh = new Set(page.items.map(keyText));
      if (page.next === null || !wafers.some((w) => fresh.has(keyText(w)))) {
        return page.items;
      }
      // The page reaches what was there: nothing is missing between them.
      const last = page.items.at(-1)!;
      const older = wafers.filter((w) => newestFirst(w, last) > 0);
      if (older.length > 0) {
        this.cursor = cursor;
        this.state.update((s) => ({ ...s, more }));
      }
      return [...page.items, ...older];
    });
  }

  async readMore(): Promise<void> {
    const { more, loading, wafers } = this.state.get();
    if (!more || loading || wafers.length >= MAX_KEPT) {
      return;
    }
    await this.read(this.cursor, (page) => {
      const known = new Set(wafers.map(keyText));
      return [...this.state.get().wafers, ...page.items.filter((w) => !known.has(keyText(w)))];
    });
  }

  /** A wafer was classified somewhere. */
  arrived(wafer: Wafer): void {
    if (this.state.get().anchored || !this.matches(wafer)) {
      return;
    }
    this.arrivals.push(wafer);
    this.showSoon();
  }

  imageArrived(key: WaferKey, imageUrl: string | null, waferMapUrl: string | null): void {
    this.images.set(keyText(key), { imageUrl, waferMapUrl });
    this.showSoon();
  }

  labelled(groundTruth: GroundTruth): void {
    this.change(groundTruth, (w) =>
      // Events may come after the answer to the request that caused a newer label.
      w.groundTruth && w.groundTruth.id > groundTruth.id ? w : { ...w, groundTruth });
  }

  private change(key: WaferKey, put: (wafer: Wafer) => Wafer): void {
    const text = keyText(key);
    const { wafers } = this.state.get();
    const at = wafers.findIndex((w) => w.imgid === key.imgid && keyText(w) === text);
    if (at >= 0) {
      const next = wafers.slice();
      next[at] = put(wafers[at]!);
      this.state.update((s) => ({ ...s, wafers: next }));
    }
  }

  private showSoon(): void {
    this.arrivalTimer ??= setTimeout(() => {
      this.arrivalTimer = null;
      this.showArrivals();
      this.showImages();
    }, this.batchMillis);
  }

  private showImages(): void {
    const images = this.images;
    this.images = new Map();
    const { wafers } = this.state.get();
    if (wafers.some((w) => images.has(keyText(w)))) {
      const next = wafers.map((w) => {
        const image = images.get(keyText(w));
        return image ? { ...w, ...image } : w;
      });
      this.state.update((s) => ({ ...s, wafers: next }));
    }
  }

  private showArrivals(): void {
    const fresh = this.arrivals;
    this.arrivals = [];
    const { wafers, more } = this.state.get();
    const known = new Set(wafers.map(keyText));
    const oldest = wafers.at(-1);
    const added = fresh.filter((wafer) => {
      const text = keyText(wafer);
      // One older than the list's end comes with its page.
      const later = more && oldest && newestFirst(oldest, wafer) < 0;
      const fits = !known.has(text) && !later;
      known.add(text);
      return fits;
    });
    if (added.length === 0) {
      return;
    }
    const all = [...added, ...wafers].sort(newestFirst);
    if (all.length > MAX_KEPT) {
      all.length = MAX_KEPT;
      // The cursor points past what was just dropped: go on from the last one kept by its time.
      this.query = { ...this.query, tots: all[MAX_KEPT - 1]!.timestamp };
      this.cursor = null;
    }
    this.state.update((s) => ({ ...s, wafers: all, more: s.more || all.length === MAX_KEPT }));
  }

  private matches(wafer: Wafer): boolean {
    const { fab, camera, fromts, tots, prediction, pattern, decision, lot, state } = this.query;
    const { product, minprobability, maxprobability } = this.query;
    return (
      (!fab || wafer.fab === fab) &&
      (!camera || wafer.camera === camera) &&
      (fromts === undefined || wafer.timestamp >= fromts) &&
      (tots === undefined || wafer.timestamp <= tots) &&
      (!prediction || sameLabel(wafer.prediction, prediction)) &&
      (!pattern || patternsOf(wafer).some((label) => sameLabel(label, pattern))) &&
      (!decision || wafer.decision === decision) &&
      (!lot || wafer.lot === lot) &&
      (!product || wafer.product === product) &&
      wafer.probability >= (minprobability ?? 0) &&
      wafer.probability <= (maxprobability ?? 1) &&
      (!state || (state === 'unreviewed') === (wafer.groundTruth === null))
    );
  }

  private async readFirst(anchored: boolean): Promise<void> {
    this.reading?.abort();
    this.cursor = null;
    this.state.set({ ...EMPTY, anchored });
    await this.read(null, (page) => page.items);
  }

  private async read(
    cursor: string | null,
    join: (page: Page<Wafer>) => readonly Wafer[],
  ): Promise<void> {
    const reading = new AbortController();
    this.reading = reading;
    this.state.update((s) => ({ ...s, loading: true, error: null }));
    try {
      let page = await this.fetchPage(this.query, PAGE, cursor, reading.signal);
      // A page may be empty and not the last one.
      while (page.items.length === 0 && page.next !== null) {
        page = await this.fetchPage(this.query, PAGE, page.next, reading.signal);
      }
      if (this.reading === reading) {
        this.cursor = page.next;
        this.state.update((s) => ({ ...s, more: page.next !== null }));
        const wafers = join(page);
        this.state.update((s) => ({ ...s, wafers, loading: false }));
      }
    } catch (e) {
      if (this.reading === reading) {
        this.state.update((s) => ({ ...s, loading: false, error: (e as Error).message }));
      }
    }
  }
}
