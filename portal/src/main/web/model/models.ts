// What the Models view computes of what the hub says: no components.

import type {
  Against,
  Delivery,
  GateRule,
  GateVerdict,
  Model,
  ModelStage,
  Rollout,
} from './api-models.ts';

/** Digits of an id that tell models apart for people, as on the command line. */
const SHORT = 12;

export const shortId = (id: string): string => id.slice(0, SHORT);

export const STAGE_WORDS: Record<ModelStage, string> = {
  candidate: 'candidate',
  test: 'in test',
  challenger: 'approved',
  champion: 'champion',
  retired: 'retired',
};

export function sizeText(bytes: number): string {
  return bytes < 1_000_000
    ? `${(bytes / 1_000).toFixed(0)} KB`
    : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export function figure(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : value.toFixed(4);
}

/** Who signed, and how many are missing; what people read of an approval. */
export function approvalText(model: Model): string {
  const have = model.approvals.map((approval) => approval.person);
  const missing = model.approversNeeded - have.length;
  const signed = have.length === 0 ? 'nobody has approved it' : `approved by ${have.join(', ')}`;
  if (missing <= 0) {
    return signed;
  }
  const others = have.length === 0 ? '' : 'other ';
  return `${signed}; ${missing} ${others}${missing === 1 ? 'person' : 'persons'} still to approve`;
}

/** How a rule's figures read: shares as they are, sizes and times with their units. */
export function ruleFigure(rule: GateRule, value: number | null | undefined): string {
  if (value === null || value === undefined) {
    return '–';
  }
  switch (rule.name) {
    case 'size':
      return sizeText(value);
    case 'speed':
      return `${value.toFixed(2)} ms`;
    case 'false holds':
      return value.toFixed(1);
    default:
      return Number.isInteger(value) && !rule.name.includes(' of ') && value > 1
        ? value.toLocaleString('en')
        : counts(rule)
        ? String(value)
        : value.toFixed(4);
  }
}

const counts = (rule: GateRule) =>
  rule.name.startsWith('past excursions') || rule.name === 'held-out wafers';

/** Rules at least and rules at most read differently. */
export function limitSign(rule: GateRule): string {
  const least = /^(held-out|macro-F1|recall|precision)/.test(rule.name);
  return least ? 'at least' : 'at most';
}

/** The champion's figure of what a rule is about, where the gate measured it too. */
export function championFigure(verdict: GateVerdict, rule: GateRule): number | null {
  const of = /^(recall|precision) of (.+)$/.exec(rule.name);
  const name = of
    ? `perClass.${of[2]}.${of[1]}`
    : rule.name === 'macro-F1'
    ? 'macroF1'
    : rule.name === 'calibration'
    ? 'ece'
    : '';
  return against(verdict, name)?.champion ?? null;
}

function against(verdict: GateVerdict, name: string): Against | undefined {
  return verdict.figures.against?.find((one) => one.name === name);
}

/** What failed is read first, then what could not be judged. */
export function rulesByWeight(rules: readonly GateRule[]): GateRule[] {
  const weight = { fail: 0, 'not-judged': 1, pass: 2 };
  return [...rules].sort((a, b) => weight[a.says] - weight[b.says]);
}

export interface ClassFigure {
  value: number;
  champion: number | null;
  /** 95 % interval of candidate less champion. */
  low: number | null;
  high: number | null;
}

export interface ClassRow {
  label: string;
  wafers: number;
  recall: ClassFigure;
  precision: ClassFigure;
}

/** Every class of a verdict with the candidate's and the champion's figures. */
export function classRows(verdict: GateVerdict): ClassRow[] {
  return Object.entries(verdict.figures.perClass ?? {}).map(([label, of]) => {
    const measure = (name: 'recall' | 'precision'): ClassFigure => {
      const both = against(verdict, `perClass.${label}.${name}`);
      return {
        value: of[name],
        champion: both?.champion ?? null,
        low: both?.low ?? null,
        high: both?.high ?? null,
      };
    };
    return {
      label,
      wafers: of.support,
      recall: measure('recall'),
      precision: measure('precision'),
    };
  });
}

/** Cameras that a model answers at. */
export function servedAt(deliveries: readonly Delivery[], model: string): Delivery[] {
  return deliveries.filter((camera) => camera.agents.some((agent) => agent.serving === model));
}

/** Whether a rollout can be taken back: the last one, once, where there was a model before. */
export function canRollBack(rollouts: readonly Rollout[], rollout: Rollout): boolean {
  const last = rollouts.reduce((most, one) => Math.max(most, one.id), 0);
  return rollout.id === last && rollout.state !== 'rolled-back' && rollout.before !== null;
}

/**
 * The stages that a person asks for: chosen cameras first, then shares such as "50, 100 %".
 * Null where the shares cannot be read.
 */
export function stagesOf(cameras: readonly string[], shares: string): string[] | null {
  const parts = shares.split(/[,;\s]+/).map((part) => part.replace('%', '')).filter(Boolean);
  const wrong = parts.some((part) => !/^\d{1,3}$/.test(part) || +part < 1 || +part > 100);
  if (wrong) {
    return null;
  }
  const named = cameras.length === 0 ? [] : [cameras.join(', ')];
  return [...named, ...parts.map((part) => `${part} %`)];
}

/** The class that a graph's numbers say, and its softmax. */
export function said(logits: readonly number[], classes: readonly string[]) {
  const most = logits.reduce((high, logit) => Math.max(high, logit), -Infinity);
  const sum = logits.reduce((all, logit) => all + Math.exp(logit - most), 0);
  return { label: classes[logits.indexOf(most)] ?? '?', share: 1 / sum };
}

/** How long something took or takes, in the two largest units. */
export function durationText(seconds: number): string {
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [Math.floor(seconds) % 60, 's'],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  return first < 0 ? '0 s' : parts.slice(first, first + 2).filter(([value]) => value > 0)
    .map(([value, unit]) => `${value} ${unit}`).join(' ');
}
