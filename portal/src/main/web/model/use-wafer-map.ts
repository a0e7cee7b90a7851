import { useEffect, useState } from 'preact/hooks';
import { waferMaps } from './session.ts';
import type { LoadedMap } from './wafer-maps.ts';

/** Between two tries for a map whose request failed. */
const RETRY_MILLIS = 5_000;

/** A wafer map by its address; undefined while it loads. A component that goes asks no more. */
export function useWaferMap(url: string | null): LoadedMap | undefined {
  const [loaded, setLoaded] = useState<{ url: string; found: LoadedMap } | null>(null);
  const [tries, setTries] = useState(0);
  const cached = url === null ? undefined : waferMaps.cached(url);
  const have = cached !== undefined;
  useEffect(() => {
    if (url === null || have) {
      return;
    }
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    waferMaps.load(url, abort.signal, (found) => {
      setLoaded({ url, found });
      if (found.kind === 'failed') {
        timer = setTimeout(() => setTries((n) => n + 1), RETRY_MILLIS);
      }
    });
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [url, have, tries]);
  return cached ?? (loaded?.url === url ? loaded?.found : undefined);
}
