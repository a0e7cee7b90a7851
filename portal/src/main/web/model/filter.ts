// Which wafers a view shows; kept in the address, shared by Wafers and Trend.

import type { Decision, LabelState, WaferQuery } from './api-wafers.ts';

export const RANGES = {
  '1h': { name: 'Last hour', millis: 3_600_000 },
  '24h': { name: 'Last 24 hours', millis: 86_400_000 },
  '7d': { name: 'Last 7 days', millis: 7 * 86_400_000 },
  '30d': { name: 'Last 30 days', millis: 30 * 86_400_000 },
  '90d': { name: 'Last 90 days', millis: 90 * 86_400_000 },
} as const;

export type Range = keyof typeof RANGES | 'all' | 'custom';

export const STATES: Record<LabelState, string> = {
  unreviewed: 'Not reviewed',
  reviewed: 'Reviewed',
  corrected: 'Corrected',
};

export const DECISIONS: Record<Decision, string> = {
  review: 'To review',
  accept: 'Accepted',
};

/** Probabilities of the prediction to choose from: least and most. */
export const PROBABILITIES: readonly { name: string; from?: number; to?: number }[] = [
  { name: 'below 50 %', to: 0.5 },
  { name: '50 to 80 %', from: 0.5, to: 0.8 },
  { name: '80 to 95 %', from: 0.8, to: 0.95 },
  { name: 'from 95 %', from: 0.95 },
];

export interface WaferFilter {
  fab?: string | undefined;
  camera?: string | undefined;
  range: Range;
  /** Milliseconds; of a custom range, either may be open. */
  from?: number | undefined;
  to?: number | undefined;
  label?: string | undefined;
  /** A pattern that is on the wafer, alone or beside others. */
  pattern?: string | undefined;
  decision?: Decision | undefined;
  lot?: string | undefined;
  product?: string | undefined;
  /** Of the prediction, 0 to 1; either end may be open. */
  minProbability?: number | undefined;
  maxProbability?: number | undefined;
  state?: LabelState | undefined;
}

export const FILTER_PARAMS = [
  'fab',
  'camera',
  'range',
  'from',
  'to',
  'label',
  'pattern',
  'decision',
  'lot',
  'product',
  'pmin',
  'pmax',
  'state',
] as const;

export function filterOf(params: URLSearchParams): WaferFilter {
  const text = (name: string) => params.get(name) || undefined;
  const millis = (name: string) => {
    const at = Date.parse(params.get(name) ?? '');
    return Number.isNaN(at) ? undefined : at;
  };
  const share = (name: string) => {
    const value = parseFloat(params.get(name) ?? '');
    return value >= 0 && value <= 1 ? value : undefined;
  };
  const from = millis('from');
  const to = millis('to');
  const asked = params.get('range') ?? '';
  const custom = from !== undefined || to !== undefined;
  const range: Range = custom || asked === 'custom' ? 'custom' : isRange(asked) ? asked : 'all';
  const state = params.get('state') ?? '';
  const decision = params.get('decision') ?? '';
  return {
    fab: text('fab'),
    // A camera's name is its fab's own.
    camera: text('fab') && text('camera'),
    range,
    from: range === 'custom' ? from : undefined,
    to: range === 'custom' ? to : undefined,
    label: text('label'),
    pattern: text('pattern'),
    decision: decision in DECISIONS ? (decision as Decision) : undefined,
    lot: text('lot'),
    product: text('product'),
    minProbability: share('pmin'),
    maxProbability: share('pmax'),
    state: state in STATES ? (state as LabelState) : undefined,
  };
}

function isRange(text: string): text is keyof typeof RANGES {
  return text in RANGES;
}

export function paramsOf(filter: WaferFilter): Record<string, string | undefined> {
  const time = (millis: number | undefined) =>
    millis === undefined ? undefined : new Date(millis).toISOString();
  return {
    fab: filter.fab,
    camera: filter.camera,
    range: filter.range === 'all' ? undefined : filter.range,
    from: time(filter.from),
    to: time(filter.to),
    label: filter.label,
    pattern: filter.pattern,
    decision: filter.decision,
    lot: filter.lot,
    product: filter.product,
    pmin: filter.minProbability?.toString(),
    pmax: filter.maxProbability?.toString(),
    state: filter.state,
  };
}

export function queryOf(filter: WaferFilter, now: number): WaferQuery {
  const past = filter.range === 'all' || filter.range === 'custom' ? null : RANGES[filter.range];
  return {
    fab: filter.fab,
    camera: filter.camera,
    fromts: past ? now - past.millis : filter.from,
    tots: filter.to,
    prediction: filter.label,
    pattern: filter.pattern,
    decision: filter.decision,
    lot: filter.lot,
    product: filter.product,
    minprobability: filter.minProbability,
    maxprobability: filter.maxProbability,
    state: filter.state,
  };
}

export function isNarrowed(filter: WaferFilter): boolean {
  return Object.values(paramsOf(filter)).some((value) => value !== undefined);
}
