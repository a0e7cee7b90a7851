import { useEffect, useState } from 'preact/hooks';
import type { Wafer, WaferKey } from '../model/api.ts';
import { api } from '../model/api.ts';
import { keyText } from '../model/wafer-key.ts';
import { Thumb } from './thumb.tsx';

const PIXELS = 64;

/** The last wafer of an alarm; an empty place until it is known. */
export function AlarmWafer({ wafer }: { wafer: WaferKey }) {
  const [known, setKnown] = useState<Wafer | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    api.wafer(wafer, abort.signal).then(setKnown, () => setKnown(null));
    return () => abort.abort();
  }, [keyText(wafer)]);
  return known ? <Thumb wafer={known} pixels={PIXELS} /> : <span class='thumb waiting large' />;
}
