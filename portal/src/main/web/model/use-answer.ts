import { useEffect, useState } from 'preact/hooks';

/** What the hub answers; asked anew where the key changes. The last answer stays until the next. */
export function useAnswer<T>(key: string, ask: (signal: AbortSignal) => Promise<T>) {
  const [answer, setAnswer] = useState<{ key: string; value: T } | null>(null);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    ask(abort.signal).then(
      (value) => {
        setAnswer({ key, value });
        setError(null);
      },
      (e: Error) => {
        if (!abort.signal.aborted) {
          setError(e.message);
        }
      },
    );
    return () => abort.abort();
  }, [key]);
  return { answer: answer?.value ?? null, busy: answer?.key !== key, error };
}
