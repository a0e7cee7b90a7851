import { useEffect, useState } from 'preact/hooks';

/** What the hub answers, asked again and again; `refresh` asks at once. */
export function usePolled<T>(
  key: string,
  everyMillis: number,
  ask: (signal: AbortSignal) => Promise<T>,
) {
  const [answer, setAnswer] = useState<{ key: string; value: T } | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = async () => {
      try {
        // A page that nobody looks at asks no more.
        if (document.visibilityState === 'visible') {
          const value = await ask(abort.signal);
          setAnswer({ key, value });
          setError(null);
        }
      } catch (e) {
        if (!abort.signal.aborted) {
          setError((e as Error).message);
        }
      }
      if (!abort.signal.aborted) {
        timer = setTimeout(() => void read(), everyMillis);
      }
    };
    void read();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [key, asked, everyMillis]);
  return {
    answer: answer?.key === key ? answer.value : null,
    error,
    refresh: () => setAsked((n) => n + 1),
  };
}
