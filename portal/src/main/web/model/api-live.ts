// The Live wall's one call.

import { get, queryString } from './api.ts';
import type { Alarm } from './api-alarms.ts';
import type { Camera } from './api-devices.ts';
import type { Wafer } from './api-wafers.ts';

/** A camera with what it saw. */
export interface WallCamera extends Camera {
  fab: string;
  stateSinceAt: string | null;
  /** Wafers of the last 60 minutes. */
  lastHour: number;
  /** Wafers an hour; the running hour is the last. */
  byHour: number[];
  /** The sum of byHour. */
  wafers: number;
  /** Of those; null where there is none. */
  defectRate: number | null;
  /** Mean of those whose dies are known. */
  yieldRatio: number | null;
}

export interface Wall {
  at: string;
  model: string | null;
  cameras: WallCamera[];
  /** Cameras that had no room. */
  moreCameras: number;
  alarms: Alarm[];
  lastingAlarms: number;
  newest: Wafer[];
}

export function readWall(fab: string | undefined, signal?: AbortSignal): Promise<Wall> {
  return get<Wall>(`/api/v1/live${queryString({ fab })}`, signal);
}
