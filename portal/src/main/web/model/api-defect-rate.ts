// How many wafers were called defective, over time.

import { get, queryString } from './api.ts';
import type { WaferQuery } from './api-wafers.ts';

export type Bucket = 'hour' | 'day' | 'week';

export interface DefectRatePoint {
  start: number;
  startAt: string;
  wafers: number;
  defects: number;
  rate: number;
  predictions: Record<string, number>;
}

export interface DefectRate {
  bucket: Bucket;
  wafers: number;
  defects: number;
  rate: number | null;
  points: DefectRatePoint[];
}

export function readDefectRate(
  query: WaferQuery,
  bucket: Bucket,
  signal?: AbortSignal,
): Promise<DefectRate> {
  return get<DefectRate>(
    `/api/v1/statistics/defect-rate${queryString({ ...query, bucket })}`,
    signal,
  );
}
