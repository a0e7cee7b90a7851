import { useEffect, useState } from 'preact/hooks';
import { type Wafer, waferApi, type WaferDetail } from './api-wafers.ts';
import { keyText } from './wafer-key.ts';

/** Stepping through wafers asks for the history of the one where it rests. */
const DELAY_MILLIS = 120;

/** A wafer's history and further fields; read again when its label changes. */
export function useDetail(wafer: Wafer | undefined): WaferDetail | null {
  const [detail, setDetail] = useState<WaferDetail | null>(null);
  const text = wafer ? keyText(wafer) : '';
  useEffect(() => {
    if (!wafer) {
      return;
    }
    const abort = new AbortController();
    const timer = setTimeout(() => {
      waferApi.detail(wafer, abort.signal).then(setDetail, () => {
        // What the list knows is shown; the history comes with the next change.
      });
    }, DELAY_MILLIS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text, wafer?.groundTruth?.id]);
  return detail && keyText(detail) === text ? detail : null;
}
