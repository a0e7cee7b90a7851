import { useEffect, useState } from 'preact/hooks';
import type { Wafer } from './api-wafers.ts';
import { type SimilarAnswer, similarWafers } from './api-similarity.ts';
import { keyText } from './wafer-key.ts';

/** Stepping through wafers searches for the one where it rests: the hub looks at every embedding. */
const DELAY_MILLIS = 250;

/** As many as fit beside the verdict. */
const SHOWN = 8;

export type SimilarState =
  | { kind: 'found'; answer: SimilarAnswer }
  | { kind: 'failed'; reason: string };

/** The past wafers most like one; undefined while the hub searches. */
export function useSimilar(wafer: Wafer): SimilarState | undefined {
  const [found, setFound] = useState<{ of: string; state: SimilarState } | null>(null);
  const of = keyText(wafer);
  useEffect(() => {
    const abort = new AbortController();
    const tell = (state: SimilarState) => {
      if (!abort.signal.aborted) {
        setFound({ of, state });
      }
    };
    const timer = setTimeout(() => {
      similarWafers(wafer, SHOWN, abort.signal).then(
        (answer) => tell({ kind: 'found', answer }),
        (e: Error) => tell({ kind: 'failed', reason: e.message }),
      );
    }, DELAY_MILLIS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [of, wafer.imageUrl]);
  return found?.of === of ? found.state : undefined;
}
