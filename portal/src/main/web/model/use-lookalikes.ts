import { useEffect, useState } from 'preact/hooks';
import type { Wafer } from './api-wafers.ts';
import { type SimilarWafer, similarWafers } from './api-similarity.ts';
import { keyText } from './wafer-key.ts';

/** As many as fit on one screen: a label is given to what was seen. */
const MOST = 40;

/** Below it wafers do not look alike. */
export const ALIKE = 0.9;

/** Those of the similar wafers that a label may go to: alike, to be seen, and without one. */
export function lookalikesOf(items: readonly SimilarWafer[]): SimilarWafer[] {
  return items
    .filter((item) => item.similarity >= ALIKE && !item.groundTruth && item.imageUrl !== null)
    .slice(0, MOST);
}

export interface Lookalikes {
  /** Null while the hub searches. */
  all: readonly SimilarWafer[] | null;
  /** Those that were not taken out. */
  kept: readonly SimilarWafer[];
  error: string | null;
  at: number;
  isOut: (wafer: Wafer) => boolean;
  move: (by: number) => void;
  toggle: (at: number) => void;
}

/** Unlabelled wafers that look like one, while they are asked for. */
export function useLookalikes(wafer: Wafer, on: boolean): Lookalikes {
  const of = keyText(wafer);
  const [found, setFound] = useState<{ of: string; all: SimilarWafer[] } | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [out, setOut] = useState<ReadonlySet<string>>(new Set());
  const [at, setAt] = useState(0);
  useEffect(() => {
    setOut(new Set());
    setAt(0);
    setError(null);
    if (!on) {
      return;
    }
    const abort = new AbortController();
    similarWafers(wafer, 100, abort.signal).then(
      ({ items }) => setFound({ of, all: lookalikesOf(items) }),
      (e: Error) => !abort.signal.aborted && setError(e.message),
    );
    return () => abort.abort();
  }, [of, on]);
  const all = found?.of === of ? found.all : null;
  return {
    all,
    kept: (all ?? []).filter((each) => !out.has(keyText(each))),
    error,
    at,
    isOut: (each) => out.has(keyText(each)),
    move: (by) =>
      setAt((now) => Math.min(Math.max(0, now + by), Math.max(0, (all ?? []).length - 1))),
    toggle: (place) => {
      const each = all?.[place];
      if (each) {
        const next = new Set(out);
        if (!next.delete(keyText(each))) {
          next.add(keyText(each));
        }
        setOut(next);
        setAt(place);
      }
    },
  };
}
