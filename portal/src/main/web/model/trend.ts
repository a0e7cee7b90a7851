// The arithmetic of the defect-rate chart.

import type { Bucket, DefectRatePoint } from './api-defect-rate.ts';
import type { WaferFilter } from './filter.ts';
import { RANGES } from './filter.ts';
import { LABEL_KEYS, NONE } from './patterns.ts';
import { localClock, localDate } from './time.ts';

/** When a point starts: the hub cuts days and weeks in UTC, so they have no time of the reader's. */
export function pointName(start: number, bucket: Bucket): string {
  return bucket === 'hour'
    ? `${localDate(start)} ${localClock(start).slice(0, 5)}`
    : `${new Date(start).toISOString().slice(0, 10)} UTC`;
}

export const BUCKET_MILLIS: Record<Bucket, number> = {
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
};

/** The width of a point that shows the chosen time in some ten to some hundred points. */
export function bucketFor(filter: WaferFilter, now: number): Bucket {
  if (filter.range === 'all') {
    return 'day';
  }
  const span = filter.range === 'custom'
    ? (filter.to ?? now) - (filter.from ?? 0)
    : RANGES[filter.range].millis;
  return span <= 3 * BUCKET_MILLIS.day ? 'hour' : span <= 120 * BUCKET_MILLIS.day ? 'day' : 'week';
}

/** A label's part of a point's wafers; together the parts are the defect rate. */
export interface Share {
  label: string;
  share: number;
}

/** The defect patterns of a point, in the labels' order, new patterns last. */
export function shares(point: DefectRatePoint): Share[] {
  return Object.entries(point.predictions)
    .filter(([label, wafers]) => label !== NONE && wafers > 0)
    .map(([label, wafers]) => ({ label, share: wafers / point.wafers }))
    .sort((a, b) => byOrder(a.label, b.label));
}

function byOrder(a: string, b: string): number {
  const at = (label: string) => {
    const i = LABEL_KEYS.findIndex((entry) => entry.label === label);
    return i < 0 ? LABEL_KEYS.length : i;
  };
  return at(a) - at(b) || (a < b ? -1 : 1);
}

const AXIS_ENDS = [0.02, 0.04, 0.06, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8];

/** The end of an axis that starts at 0: the first of them that holds the value, at most 1. */
export function axisEnd(largest: number): number {
  return AXIS_ENDS.find((end) => largest <= end) ?? 1;
}

/** The defect labels that occur, in the labels' order, new patterns last. */
export function occurring(points: readonly DefectRatePoint[]): { label: string; wafers: number }[] {
  const sums = new Map<string, number>();
  for (const point of points) {
    for (const [label, wafers] of Object.entries(point.predictions)) {
      sums.set(label, (sums.get(label) ?? 0) + wafers);
    }
  }
  return [...sums]
    .filter(([label]) => label !== NONE)
    .map(([label, wafers]) => ({ label, wafers }))
    .sort((a, b) => byOrder(a.label, b.label));
}
