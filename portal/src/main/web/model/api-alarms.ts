// The calls of the Alarms view: what people do about alarms, the rules, the holds, the ways out.

import { call, get, type Page, queryString } from './api.ts';
import type { Wafer } from './api-wafers.ts';

export type AlarmState = 'open' | 'acknowledged' | 'suppressed' | 'ended' | 'resolved';
export type AlarmCause = 'confirmed' | 'false' | 'test';

export const CAUSES: readonly AlarmCause[] = ['confirmed', 'false', 'test'];

export interface Alarm {
  id: number;
  kind: 'wafers' | 'device' | 'system';
  /** Null for kind system. */
  fab: string | null;
  camera: string | null;
  /** What one of kind system is about. */
  subject: string | null;
  /** The label; without wafers the kind of trouble. */
  prediction: string;
  state: AlarmState;
  wafers: number;
  firstSeenAt: string;
  lastSeenAt: string;
  /** Null without wafers, as are the next and lastUrl. */
  firstImgid: string | null;
  lastImgid: string | null;
  lastTimestamp: number;
  lastUrl: string | null;
  maxProbability: number;
  openedAt: string;
  /** Which rule opened it; null without wafers. */
  rule: number | null;
  stream: string | null;
  /** Why, in one sentence. */
  reason: string | null;
  acknowledgedBy: string | null;
  acknowledgedAt: string | null;
  suppressedBy: string | null;
  suppressedUntil: string | null;
  suppressReason: string | null;
  /** Null where it ended by itself. */
  closedBy: string | null;
  closedAt: string | null;
  cause: AlarmCause | null;
  comment: string | null;
}

/** Something that happened to an alarm. */
export interface AlarmEvent {
  id: number;
  at: string;
  /** Null: the hub. */
  by: string | null;
  what: string;
  words: string;
}

export type Test = 'threshold' | 'k-of-n' | 'p-chart' | 'ewma' | 'cusum';
export type Per = 'camera' | 'fab' | 'product';
export type HoldMode = 'off' | 'shadow' | 'confirm' | 'automatic';

/** A rule as the contract writes it. */
export interface Rule {
  name: string;
  enabled: boolean;
  fab: string | null;
  camera: string | null;
  product: string | null;
  pattern: string | null;
  probability: number;
  probabilities: string[];
  per: Per;
  test: Test;
  k?: number;
  n?: number;
  expected?: number;
  weight?: number;
  width?: number;
  slack?: number;
  decision?: number;
  hold: HoldMode;
}

export interface RuleVersion {
  id: number;
  version: number;
  changedAt: string;
  changedBy: string | null;
  note: string | null;
  words: string;
  rule: Rule;
}

export type Verdict = 'confirmed' | 'false' | 'unjudged';

export interface BacktestAlarm {
  stream: string;
  reason: string;
  verdict: Verdict;
  firstSeenAt: string;
  lastSeenAt: string;
  wafers: number;
  newest: {
    fab: string;
    camera: string;
    imgid: string;
    timestamp: number;
    prediction: string;
  }[];
}

export interface Backtest {
  days: number;
  wafers: number;
  alarms: number;
  confirmed: number;
  false: number;
  unjudged: number;
  missed: number;
  cut: string | null;
  seconds: number;
  words: string;
  items: BacktestAlarm[];
  missedAlarms: { id: number; fab: string; camera: string; prediction: string }[];
}

export type HoldState = 'shadow' | 'proposed' | 'held' | 'dismissed' | 'released';

export interface Hold {
  id: number;
  rule: number;
  alarm: number;
  fab: string;
  camera: string;
  lot: string | null;
  imgid: string;
  timestamp: number;
  reason: string;
  state: HoldState;
  receivedAt: string;
  notedAt: string;
  heldAt: string | null;
  heldBy: string | null;
  sentAt: string | null;
  closedAt: string | null;
  closedBy: string | null;
  seconds: {
    seenToReceived: number;
    receivedToNoted: number;
    receivedToHeld: number | null;
    receivedToSent: number | null;
  };
}

export interface Way {
  way: string;
  waiting: number;
  failing: boolean;
}

export interface TriedWay {
  way: string;
  delivered: boolean;
  failure: string | null;
  millis: number;
}

/** A backtest reads for 20 s at most, a test of the ways out waits for 40 s. */
const LONG_MILLIS = 60_000;

export const alarmApi = {
  list: (state: AlarmState, limit: number, cursor: string | null) =>
    get<Page<Alarm>>(
      `/api/v1/alarms${queryString({ kind: 'all', state, limit, cursor: cursor ?? undefined })}`,
    ),
  acknowledge: (id: number) => call<Alarm>('POST', `/api/v1/alarms/${id}/acknowledge`),
  resolve: (id: number, cause: AlarmCause, comment: string) =>
    call<Alarm>(
      'POST',
      `/api/v1/alarms/${id}/resolve`,
      comment ? { cause, comment } : { cause },
    ),
  wafers: (id: number, limit: number, signal?: AbortSignal) =>
    get<Page<Wafer>>(`/api/v1/alarms/${id}/wafers${queryString({ limit })}`, signal),
  suppress: (id: number, until: number, reason: string) =>
    call<Alarm>('POST', `/api/v1/alarms/${id}/suppress`, { until, reason }),
  resume: (id: number) => call<Alarm>('POST', `/api/v1/alarms/${id}/resume`),
  comment: (id: number, comment: string) =>
    call<Alarm>('POST', `/api/v1/alarms/${id}/comments`, { comment }),
  history: (id: number, signal?: AbortSignal) =>
    get<{ items: AlarmEvent[] }>(`/api/v1/alarms/${id}/history`, signal),

  rules: () => get<{ items: RuleVersion[] }>('/api/v1/alarm-rules'),
  addRule: (rule: Rule, note: string) =>
    call<RuleVersion>('POST', '/api/v1/alarm-rules', { ...rule, note }),
  changeRule: (id: number, version: number, rule: Rule, note: string) =>
    call<RuleVersion>('POST', `/api/v1/alarm-rules/${id}/versions`, { ...rule, version, note }),
  ruleVersions: (id: number) => get<{ items: RuleVersion[] }>(`/api/v1/alarm-rules/${id}/versions`),
  backtest: (rule: Rule, days: number) =>
    call<Backtest>('POST', '/api/v1/alarm-backtests', { ...rule, days }, undefined, LONG_MILLIS),

  holds: (state: HoldState | undefined, limit: number) =>
    get<Page<Hold>>(`/api/v1/holds${queryString({ state, limit })}`),
  decide: (id: number, decision: 'confirm' | 'dismiss' | 'release') =>
    call<Hold>('POST', `/api/v1/holds/${id}/${decision}`),

  ways: () => get<{ items: Way[] }>('/api/v1/alarm-ways'),
  testWays: () =>
    call<{ items: TriedWay[] }>(
      'POST',
      '/api/v1/alarm-ways/test',
      undefined,
      undefined,
      LONG_MILLIS,
    ),
};
