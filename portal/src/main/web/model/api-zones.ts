// Where on a wafer dies fail.

import { get } from './api.ts';
import { type WaferKey, waferPath } from './api-wafers.ts';

export interface ZoneYield {
  kind: 'ring' | 'sector';
  /** From the middle outwards, or clockwise from the top. */
  index: number;
  name: string;
  dies: number;
  failing: number;
  /** Null where it holds no die. */
  yieldRatio: number | null;
  pValue: number;
  /** The p-value over all zones. */
  adjusted: number;
  significant: boolean;
}

export interface ZoneYields {
  /** Outermost part of the radius that is left out. */
  exclusion: number;
  dies: number;
  failing: number;
  excludedDies: number;
  excludedFailing: number;
  method: string;
  level: number;
  sectors: number;
  /** Parts of the radius at which rings end but the last. */
  ringEnds: number[];
  zones: ZoneYield[];
}

export function readZones(
  key: WaferKey,
  exclusion: number,
  signal?: AbortSignal,
): Promise<ZoneYields> {
  return get<ZoneYields>(`${waferPath(key, '/zones')}&exclusion=${exclusion}`, signal);
}
