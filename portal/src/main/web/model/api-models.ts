// The calls of the Models view: models, the gate, the pipeline, deliveries, shadow, watch.

import { call, get, sendFile } from './api.ts';
import type { WaferKey } from './api-wafers.ts';

export type ModelStage = 'candidate' | 'test' | 'challenger' | 'champion' | 'retired';

export interface Approval {
  person: string;
  at: string;
  comment: string | null;
}

export interface Model {
  id: string;
  stage: ModelStage;
  origin: 'program' | 'import' | 'training';
  parent: string | null;
  bytes: number;
  sha256: string;
  snapshot: string | null;
  note: string | null;
  createdAt: string;
  createdBy: string;
  /** Persons who must approve. */
  approversNeeded: number;
  classes: string[];
  approvals: Approval[];
  gate: { passed: boolean; champion: string | null; at: string } | null;
  /** The figures people ask for first; of the gate where it judged, else of the card. */
  measured: { by: 'gate' | 'card'; macroF1: number | null; ece: number | null } | null;
}

export type Says = 'pass' | 'fail' | 'not-judged';

export interface GateRule {
  name: string;
  says: Says;
  reason: string;
  measured?: number | null;
  limit?: number | null;
}

/** A figure of both models with the 95 % interval of candidate less champion. */
export interface Against {
  name: string;
  candidate: number;
  champion: number;
  low: number;
  high: number;
}

export interface ReplayedExcursion {
  camera: string;
  pattern: string;
  from: number;
  wafers: number;
  /** Wafers until it was found; -1: not at all. */
  candidateAfter: number;
  championAfter: number;
}

export interface GateFigures {
  macroF1?: number;
  accuracy?: number;
  ece?: number;
  perClass?: Record<string, { recall: number; precision: number; support: number }>;
  against?: Against[];
  excursions?: ReplayedExcursion[];
  sentence?: string;
}

export interface GateVerdict {
  passed: boolean;
  rules: GateRule[];
  figures: GateFigures;
  /** The data set whose held-out wafers it judged by. */
  snapshot?: string;
}

export interface ModelEvent {
  at: string;
  actor: string;
  action: string;
  detail: Record<string, unknown>;
}

export interface ModelDetail extends Model {
  metrics: { data: string; split: string; values: Record<string, number> }[];
  provenance: {
    data: string;
    dataSha256: string;
    codeVersion: string;
    seed: number;
    created: string;
    command: string;
  };
  verdict: GateVerdict | null;
  events: ModelEvent[];
}

export interface ModelComparison {
  model: string;
  against: string;
  measured: {
    data: string;
    split: string;
    both: boolean;
    values: { name: string; value: number; against: number | null }[];
  }[];
  bytes: number;
  bytesAgainst: number;
  classesAdded: string[];
  classesGone: string[];
}

export interface TestVectors {
  tolerance: number;
  vectors: { height: number; width: number; cells: string; logits: number[] }[];
}

export interface Snapshot {
  id: string;
  training: number;
  heldOut: number;
  lots: number;
  settled: number;
  labels: Record<string, number>;
  leftOut: Record<string, number>;
  newLabels: Record<string, number>;
}

export interface Shadow {
  model: string;
  champion: string | null;
  since: string;
  wafers: number;
  same: number;
  agreement: number | null;
  /** Wafers that it failed on, and those without a wafer map. */
  failed: number;
  unseen: number;
  labels: { label: string; champion: number; candidate: number; same: number }[];
  reviewed: {
    wafers: number;
    championRight: number;
    candidateRight: number;
    labels: { label: string; wafers: number; championRight: number; candidateRight: number }[];
  };
  differing: (WaferKey & { champion: string; candidate: string; review: string | null })[];
}

export type RunStage = 'snapshot' | 'train' | 'gate' | 'test' | 'approval' | 'delivery';
export type RunState = 'running' | 'waiting' | 'failed' | 'cancelled' | 'done';

export interface PipelineRun {
  id: number;
  stage: RunStage;
  state: RunState;
  startedAt: string;
  startedBy: string;
  why: string;
  endedAt: string | null;
  snapshot: string | null;
  parent: string | null;
  candidate: string | null;
  epoch: number;
  epochs: number;
  message: string | null;
}

export interface PipelineRuns {
  items: PipelineRun[];
  outlook: {
    trains: boolean;
    newLabels: number;
    afterLabels: number;
    everySeconds: number | null;
    nextAt: string | null;
  };
}

export interface Rollout {
  id: number;
  model: string;
  before: string | null;
  state: 'running' | 'done' | 'stopped' | 'rolled-back';
  stage: number;
  stageSince: string;
  stages: string[];
  reason: string | null;
  createdAt: string;
  createdBy: string;
  endedAt: string | null;
  cameras: { fab: string; camera: string; stage: number; before: string | null }[];
  waitsFor: string[];
}

export interface AgentReport {
  agent: string;
  state: 'serving' | 'receiving' | 'checking' | 'refused';
  serving: string;
  received: number;
  reason: string | null;
  previous: string | null;
  reportedAt: string;
  counts: {
    wafers: number;
    errors: number;
    compared: number;
    disagreements: number;
    meanMillis: number;
    previousMeanMillis: number;
  };
}

export interface Delivery {
  fab: string;
  camera: string;
  desired: string | null;
  orderedAt: string | null;
  agents: AgentReport[];
}

export interface Watched {
  value: number | null;
  limit: number;
  drifting: boolean;
}

export interface WatchedCamera {
  fab: string;
  camera: string;
  reference: { from: string; to: string; wafers: number } | null;
  recent: { from: string; to: string; wafers: number } | null;
  inputs: (Watched & { measure: string })[];
  outputs:
    | (Watched & { labels: { label: string; reference: number; recent: number }[] })
    | null;
}

export interface Coverage {
  label: string;
  reviewed: number;
  covered: number;
  share: number | null;
  stated: number;
  slipping: boolean;
  tightened: boolean;
  /** The least probability by which the hub widens the sets. */
  least: number | null;
}

export interface Watch {
  cameras: WatchedCamera[];
  coverage: Coverage[];
}

const MODELS = '/api/v1/models';
const PIPELINE = '/api/v1/pipeline';
const ROLLOUTS = '/api/v1/rollouts';

/** A model is run on its test vectors before the hub answers. */
const IMPORT_MILLIS = 10 * 60_000;

/** The hub takes no larger one over REST. */
export const MAX_MODEL_BYTES = 64 * 1024 * 1024;

/** Most characters of a reason. */
export const MAX_REASON = 500;

const path = (model: string, part = '') => `${MODELS}/${encodeURIComponent(model)}${part}`;

export const models = {
  list: (signal?: AbortSignal) => get<{ items: Model[] }>(MODELS, signal),
  one: (model: string, signal?: AbortSignal) => get<ModelDetail>(path(model), signal),
  fileUrl: (model: string) => path(model, '/file'),
  vectors: (model: string, signal?: AbortSignal) =>
    get<TestVectors>(path(model, '/vectors'), signal),
  compare: (model: string, against: string, signal?: AbortSignal) =>
    get<ModelComparison>(
      `${path(model, '/comparison')}?against=${encodeURIComponent(against)}`,
      signal,
    ),
  shadow: (model: string, signal?: AbortSignal) => get<Shadow>(path(model, '/shadow'), signal),
  snapshot: (id: string, signal?: AbortSignal) =>
    get<Snapshot>(`/api/v1/snapshots/${encodeURIComponent(id)}`, signal),
  /** `progress` hears the share of the file that is sent, 0 to 1. */
  add: (zip: File, progress: (share: number) => void) =>
    sendFile<ModelDetail>(MODELS, 'application/zip', zip, IMPORT_MILLIS, progress),
  test: (model: string, override?: string) =>
    call<ModelDetail>('POST', path(model, '/test'), override ? { override } : {}),
  approve: (model: string, comment?: string, override?: string) =>
    call<ModelDetail>('POST', path(model, '/approval'), {
      ...(comment ? { comment } : {}),
      ...(override ? { override } : {}),
    }),
  reject: (model: string, reason: string) =>
    call<ModelDetail>('POST', path(model, '/rejection'), { reason }),
  deploy: (model: string) => call<ModelDetail>('POST', path(model, '/deployment')),
  rollBack: (reason: string) => call<ModelDetail>('POST', `${MODELS}/rollback`, { reason }),
};

export const pipeline = {
  runs: (signal?: AbortSignal) => get<PipelineRuns>(PIPELINE, signal),
  log: (id: number, signal?: AbortSignal) => get<string>(`${PIPELINE}/${id}/log`, signal),
  begin: (model?: string) => call<PipelineRun>('POST', PIPELINE, model ? { model } : {}),
  cancel: (id: number) => call<PipelineRun>('POST', `${PIPELINE}/${id}/cancellation`),
  resume: (id: number) => call<PipelineRun>('POST', `${PIPELINE}/${id}/resumption`),
};

export const deliveries = {
  cameras: (signal?: AbortSignal) => get<{ items: Delivery[] }>('/api/v1/deliveries', signal),
  rollouts: (signal?: AbortSignal) =>
    get<{ items: Rollout[]; usualStages: string[] }>(ROLLOUTS, signal),
  start: (stages: string[]) => call<Rollout>('POST', ROLLOUTS, { stages }),
  stop: (id: number, reason: string) => call<Rollout>('POST', `${ROLLOUTS}/${id}/stop`, { reason }),
  rollBack: (id: number, reason: string) =>
    call<Rollout>('POST', `${ROLLOUTS}/${id}/rollback`, { reason }),
};

export const watches = {
  all: (signal?: AbortSignal) => get<Watch>('/api/v1/watch', signal),
  /** A camera is as it should be now: its next wafers are what later ones are held against. */
  beginAnew: (fab: string, camera: string) =>
    call<unknown>('POST', '/api/v1/watch/reference', { fab, camera }),
};
