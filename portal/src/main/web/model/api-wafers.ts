// Wafers: the list, the one, its maps, its labels.

import { call, get, type Page, queryString } from './api.ts';

export type Side = 'top' | 'right' | 'bottom' | 'left';

export type Decision = 'accept' | 'review';

export type LabelState = 'unreviewed' | 'reviewed' | 'corrected';

/** Which wafer: an imgid can come more than once, its time tells the deliveries apart. */
export interface WaferKey {
  fab: string;
  camera: string;
  imgid: string;
  timestamp: number;
}

export interface GroundTruth {
  id: number;
  imgid: string;
  timestamp: number;
  fab: string;
  camera: string;
  ground_truth: string;
  reviewer: string;
  comment: string | null;
  at: string;
}

export interface NewGroundTruth extends WaferKey {
  ground_truth: string;
  comment?: string;
  /** Given in the review; undo takes the last one back. */
  review?: 'label' | 'undo';
}

/** A stored classification; the contract calls it Image. */
export interface Wafer {
  imgid: string;
  timestamp: number;
  time: string;
  fab: string;
  camera: string;
  prediction: string;
  probability: number;
  probabilities: Record<string, number> | null;
  model: string | null;
  /** The defect patterns said to be on it together; empty: none. Null where the model says none. */
  patterns: string[] | null;
  patternProbabilities: Record<string, number> | null;
  /** Every class that fits; may be empty. */
  conformalSet: string[] | null;
  /** Share of known wafers that are less novel. */
  novelty: number | null;
  decision: Decision | null;
  /** Why a person should look. */
  reasons: string[];
  /** What its file says of it, where the device told. */
  lot: string | null;
  wafer: string | null;
  slot: number | null;
  product: string | null;
  /** Where the notch lies on the wafer map. */
  notch: Side | null;
  imageUrl: string | null;
  waferMapUrl: string | null;
  groundTruth: GroundTruth | null;
  /** The new pattern that a person named and that it is of; told by the list and the one view. */
  provisional?: { pattern: number; name: string; named: boolean; similarity: number } | null;
}

export interface WaferQuery {
  fab?: string | undefined;
  camera?: string | undefined;
  /** Milliseconds; both ends count in. */
  fromts?: number | undefined;
  tots?: number | undefined;
  prediction?: string | undefined;
  pattern?: string | undefined;
  decision?: Decision | undefined;
  lot?: string | undefined;
  product?: string | undefined;
  /** Of the prediction; both ends count in. */
  minprobability?: number | undefined;
  maxprobability?: number | undefined;
  state?: LabelState | undefined;
}

/** Which dies drove an answer, by the hub's model. */
export interface Explanation {
  model: string;
  label: string;
  /** What the hub's model says of the wafer. */
  predicted: string;
  probability: number;
  /** Log-odds that the failing dies together give the label; below 0 they speak against it. */
  evidence: number;
  shownFrom: number;
  shownDies: number;
  /** Part of the evidence that goes with the shown dies. */
  share: number | null;
  height: number;
  width: number;
  /** -100 to 100, row by row; above 0 a failing die speaks for the label. */
  values: number[];
}

/** A hard bin that dies of a wafer are in. */
export interface Bin {
  number: number;
  /** How the file writes it, where that is not its number. */
  code?: string;
  quality?: 'pass' | 'fail';
  name?: string;
  dies: number;
}

/** The file a wafer comes from, and how it lay there. */
export interface WaferSource {
  file?: string;
  format?: string;
  notch?: Side;
  grid?: { fromBack: boolean };
  diePitchXMicrons?: number;
  diePitchYMicrons?: number;
  waferDiameterMillimetres?: number;
  warnings?: string[];
}

export interface WaferDetail extends Wafer {
  /** When the hub stored the prediction. */
  receivedAt: string;
  step: string | null;
  /** When, as the file writes it. */
  measured: string | null;
  source: WaferSource | null;
  dies: Record<'pass' | 'fail' | 'skipped' | 'edge' | 'reference' | 'retested', number> | null;
  bins: Bin[];
  /** Where to ask which bin each die is in. */
  binMapUrl: string | null;
  /** To be followed by `&as=` and a format. */
  exportUrl: string | null;
  more: Record<string, unknown>;
  groundTruths: GroundTruth[];
}

/** A bin's number a position, row by row; -1 where there is none. */
export interface BinMapMessage {
  height: number;
  width: number;
  bins: number[];
}

export interface WaferMapMessage {
  height: number;
  width: number;
  cells: string;
  dies: number;
  failing: number;
  yieldRatio: number;
}

export function waferPath(key: WaferKey, part = ''): string {
  const names = [key.fab, key.camera, key.imgid].map(encodeURIComponent).join('/');
  return `/api/v1/images/${names}${part}?timestamp=${key.timestamp}`;
}

/** The address of all that is known of a wafer, on one page or as JSON. */
export function evidenceUrl(key: WaferKey, as: 'pdf' | 'json'): string {
  return `${waferPath(key, '/evidence')}&as=${as}`;
}

export const waferApi = {
  list: (query: WaferQuery, limit: number, cursor: string | null, signal?: AbortSignal) =>
    get<Page<Wafer>>(
      `/api/v1/images${queryString({ ...query, limit, cursor: cursor ?? undefined })}`,
      signal,
    ),
  detail: (key: WaferKey, signal?: AbortSignal) => get<WaferDetail>(waferPath(key), signal),
  map: (url: string, signal?: AbortSignal) => get<WaferMapMessage>(url, signal),
  explanation: (key: WaferKey, label: string | undefined, signal?: AbortSignal) =>
    get<Explanation>(
      waferPath(key, '/explanation') +
        (label === undefined ? '' : `&label=${encodeURIComponent(label)}`),
      signal,
    ),
  bins: (url: string, signal?: AbortSignal) => get<BinMapMessage>(url, signal),
  label: (label: NewGroundTruth) => call<GroundTruth>('POST', '/api/v1/groundtruth', label),
};
