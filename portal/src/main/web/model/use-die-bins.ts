import { useEffect, useState } from 'preact/hooks';
import { waferApi, type WaferDetail } from './api-wafers.ts';
import { binWords } from './bins.ts';

/** What to say of a die's bin; undefined while nothing is known of any. */
export function useDieBins(detail: WaferDetail | null): ((at: number) => string) | undefined {
  const [found, setFound] = useState<{ url: string; bins: number[] } | null>(null);
  const url = detail?.binMapUrl ?? null;
  useEffect(() => {
    if (url === null) {
      return;
    }
    const abort = new AbortController();
    waferApi.bins(url, abort.signal).then(
      ({ bins }) => setFound({ url, bins }),
      () => {
        // The table of bins is there all the same.
      },
    );
    return () => abort.abort();
  }, [url]);
  return detail && found?.url === url ? (at) => binWords(found.bins[at], detail.bins) : undefined;
}
