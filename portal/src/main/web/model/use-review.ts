import { useEffect, useRef, useState } from 'preact/hooks';
import { reviewApi, type ReviewStatistics } from './api-review.ts';
import { ReviewQueue } from './review-queue.ts';
import { labels, waferMaps } from './session.ts';
import { useStore } from './use-store.ts';
import { keyText } from './wafer-key.ts';

/** Wafer maps that are loaded ahead. */
const PREFETCHED = 6;

/** Labels between two looks at the statistics. */
const COUNT_STEP = 10;

/** A queue of this page; it goes with the view, and its leases end by themselves. */
export function useReview() {
  const queue = useRef<ReviewQueue | null>(null);
  queue.current ??= new ReviewQueue(reviewApi.lease, (label) => labels.add(label));
  const state = useStore(queue.current.state);
  useEffect(() => void queue.current!.refill(), []);
  const next = state.ahead.slice(1, 1 + PREFETCHED);
  const nextText = next.map(keyText).join(' ');
  useEffect(() => {
    const abort = new AbortController();
    // The last asked for is loaded first: so the one that comes next is asked for last.
    for (const wafer of next.reverse()) {
      const url = wafer.waferMapUrl;
      if (url !== null && !waferMaps.cached(url)) {
        waferMaps.load(url, abort.signal, () => {});
      }
    }
    return () => abort.abort();
  }, [nextText]);
  return { queue: queue.current, ...state };
}

/** What opinions tell; read again as labels are given. */
export function useReviewStatistics(count: number): ReviewStatistics | null {
  const [statistics, setStatistics] = useState<ReviewStatistics | null>(null);
  const step = Math.floor(count / COUNT_STEP);
  useEffect(() => {
    const abort = new AbortController();
    reviewApi.statistics(abort.signal).then(setStatistics, () => {
      // What was read before stays; the next step asks again.
    });
    return () => abort.abort();
  }, [step]);
  return statistics;
}
