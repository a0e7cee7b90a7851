// Control charts, patterns, stacked maps, lots and comparisons.

import { call, get, queryString } from './api.ts';

export type Measure = 'defects' | 'loss';

/** Which wafers a chart is of. */
export interface Selection {
  fab?: string | undefined;
  camera?: string | undefined;
  /** `-`: wafers whose product is unknown. */
  product?: string | undefined;
  lot?: string | undefined;
  fromts?: number | undefined;
  tots?: number | undefined;
}

export interface Baseline {
  id: number;
  version: number;
  from: number;
  to: number;
  points: number;
  centre: number;
  spread: number;
  made: string;
  madeBy: string;
  comment: string;
}

export interface ControlPoint {
  start: number;
  startAt: string;
  wafers: number;
  defective: number;
  inspected: number;
  share: number;
  lower: number;
  upper: number;
  standardised: number;
  ewma: number;
  ewmaLimit: number;
  cusumUp: number;
  cusumDown: number;
  /** Run rules that are broken here, `ewma`, `cusum`. */
  signals: string[];
}

export interface ControlChart {
  from: number;
  to: number;
  measure: Measure;
  bucket: 'hour' | 'day';
  baseline: Baseline | null;
  centre: number | null;
  spread: number | null;
  points: ControlPoint[];
}

export interface Pareto {
  wafers: number;
  defects: number;
  patterns: {
    pattern: string;
    wafers: number;
    share: number;
    low: number;
    high: number;
    cumulative: number;
  }[];
}

export interface Stack {
  height: number;
  width: number;
  wafers: number;
  rows: number;
  columns: number;
  diesPerPosition: number;
  dies: number[];
  failing: number[];
}

export interface StackedMap {
  sizes: { height: number; width: number; wafers: number }[];
  map: Stack | null;
}

export interface LotRow {
  lot: string;
  fab: string;
  camera: string;
  product: string;
  first: number;
  last: number;
  wafers: number;
  defects: number;
  defectRate: number | null;
  measured: number;
  yieldRatio: number | null;
}

export interface Difference {
  first: number;
  second: number;
  difference: number;
  low: number;
  high: number;
  pValue: number | null;
}

export interface Comparison {
  first: Side;
  second: Side;
  defectRate: Difference | null;
  meanYield: Difference | null;
  patterns: (Difference & { pattern: string; adjustedPValue: number })[];
}

export interface Side {
  wafers: number;
  defects: number;
  measured: number;
  defectRate: number | null;
  yieldRatio: number | null;
}

const PATH = '/api/v1/analytics';

export const analytics = {
  chart(
    selection: Selection,
    query: { measure: Measure; bucket: string; rules: string; baseline: string },
    signal?: AbortSignal,
  ): Promise<ControlChart> {
    const { lot: _, ...place } = selection;
    return get(`${PATH}/control-chart${queryString({ ...place, ...query })}`, signal);
  },
  freeze(
    selection: Selection,
    query: { measure: Measure; bucket: string; comment: string },
  ): Promise<Baseline> {
    const { lot: _, ...place } = selection;
    return call('POST', `${PATH}/baselines`, { ...place, ...query });
  },
  pareto(selection: Selection, signal?: AbortSignal): Promise<Pareto> {
    return get(`${PATH}/pareto${queryString(selection)}`, signal);
  },
  stackedMap(
    selection: Selection & { height?: number | undefined; width?: number | undefined },
    signal?: AbortSignal,
  ): Promise<StackedMap> {
    return get(`${PATH}/stacked-map${queryString(selection)}`, signal);
  },
  lots(selection: Selection, cursor: string | null, signal?: AbortSignal) {
    const query = queryString({ ...selection, limit: 50, cursor: cursor ?? undefined });
    return get<{ items: LotRow[]; next: string | null }>(`${PATH}/lots${query}`, signal);
  },
  compare(first: Selection, second: Selection, signal?: AbortSignal): Promise<Comparison> {
    const other = {
      withFab: second.fab,
      withCamera: second.camera,
      withProduct: second.product,
      withLot: second.lot,
      withFromts: second.fromts,
      withTots: second.tots,
    };
    return get(`${PATH}/comparison${queryString({ ...first, ...other })}`, signal);
  },
};
