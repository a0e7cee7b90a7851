import { useEffect, useState } from 'preact/hooks';
import type { Wafer } from './api-wafers.ts';
import { readZones, type ZoneYields } from './api-zones.ts';
import { replaceParams, route } from './route.ts';
import { useStore } from './use-store.ts';
import { keyText } from './wafer-key.ts';

/** Stepping through wafers asks for the zones of the one where it rests. */
const DELAY_MILLIS = 120;

/** Parts of the radius to choose from. */
export const EXCLUSIONS = [0, 0.02, 0.05, 0.1, 0.2] as const;

export interface Zones {
  on: boolean;
  toggle: () => void;
  exclusion: number;
  exclude: (part: number) => void;
  /** Null while they load or where there are none. */
  yields: ZoneYields | null;
  error: string | null;
}

/** The zones of a wafer, while somebody looks at them; the address says so. */
export function useZones(wafer: Wafer): Zones {
  const { params } = useStore(route);
  const on = params.get('zones') === '1';
  const asked = parseFloat(params.get('edge') ?? '');
  const exclusion = EXCLUSIONS.find((part) => part === asked) ?? 0;
  const [found, setFound] = useState<
    { of: string; yields: ZoneYields | null; error: string | null }
  >();
  const of = `${keyText(wafer)} ${exclusion}`;
  useEffect(() => {
    if (!on || wafer.imageUrl === null) {
      return;
    }
    const abort = new AbortController();
    const timer = setTimeout(() => {
      readZones(wafer, exclusion, abort.signal).then(
        (yields) => setFound({ of, yields, error: null }),
        (e: Error) => abort.signal.aborted || setFound({ of, yields: null, error: e.message }),
      );
    }, DELAY_MILLIS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [of, on, wafer.imageUrl]);
  const current = on && found?.of === of ? found : null;
  return {
    on,
    toggle: () => replaceParams({ zones: on ? undefined : '1' }),
    exclusion,
    exclude: (part) => replaceParams({ edge: part === 0 ? undefined : String(part) }),
    yields: current?.yields ?? null,
    error: current?.error ?? null,
  };
}
