import { useEffect, useState } from 'preact/hooks';
import { ApiError } from './api.ts';
import { type Explanation, type Wafer, waferApi } from './api-wafers.ts';
import { otherPatterns } from './assessment.ts';
import { keyText } from './wafer-key.ts';

/** Stepping through wafers explains the one where it rests: it costs the hub some hundred runs. */
const DELAY_MILLIS = 200;

/** Between two tries where the hub is busy and does not say when to come back. */
const RETRY_SECONDS = 5;

export type WhyState =
  | { kind: 'explained'; explanation: Explanation }
  | { kind: 'failed'; reason: string };

/** Which dies drove a wafer's answer, while somebody asks for it. */
export interface Why {
  on: boolean;
  toggle: () => void;
  /** What can be explained: the prediction and further patterns. */
  labels: readonly string[];
  label: string;
  choose: (label: string) => void;
  /** Undefined while the hub works on it. */
  state: WhyState | undefined;
}

/**
 * @param possible whether the wafer's dies are shown at all
 */
export function useWhy(wafer: Wafer, possible: boolean): Why {
  const [on, setOn] = useState(false);
  const [chosen, setChosen] = useState('');
  const [found, setFound] = useState<{ of: string; state: WhyState } | null>(null);
  const labels = [wafer.prediction, ...otherPatterns(wafer)];
  const label = labels.includes(chosen) ? chosen : wafer.prediction;
  const of = `${keyText(wafer)} ${label}`;
  useEffect(() => {
    if (!on || !possible) {
      return;
    }
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      const { state, retrySeconds } = await explain(wafer, label, abort.signal);
      if (abort.signal.aborted) {
        return;
      }
      setFound({ of, state });
      if (retrySeconds !== null) {
        timer = setTimeout(() => void ask(), retrySeconds * 1_000);
      }
    };
    timer = setTimeout(() => void ask(), DELAY_MILLIS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [of, on, possible]);
  return {
    on,
    toggle: () => setOn(!on),
    labels,
    label,
    choose: setChosen,
    state: on && found?.of === of ? found.state : undefined,
  };
}

async function explain(
  wafer: Wafer,
  label: string,
  signal: AbortSignal,
): Promise<{ state: WhyState; retrySeconds: number | null }> {
  try {
    // Without a label the hub explains the prediction, or its own answer where it does not know it.
    const asked = label === wafer.prediction ? undefined : label;
    const explanation = await waferApi.explanation(wafer, asked, signal);
    return { state: { kind: 'explained', explanation }, retrySeconds: null };
  } catch (e) {
    const error = e as ApiError;
    return {
      state: { kind: 'failed', reason: error.message },
      retrySeconds: error.passing ? (error.retryAfterSeconds ?? RETRY_SECONDS) : null,
    };
  }
}
