// What a model says of a wafer beside its label, in plain words.

import type { Explanation, Wafer } from './api-wafers.ts';
import { isDefect } from './patterns.ts';

/** Evidence in log-odds below which the failing dies as a whole hardly matter to an answer. */
const LEAST_EVIDENCE = 1;

/** The patterns on a wafer: those that the model says, else its prediction. */
export function patternsOf(wafer: Wafer): readonly string[] {
  return wafer.patterns ?? (isDefect(wafer.prediction) ? [wafer.prediction] : []);
}

/** The patterns beside the prediction. */
export function otherPatterns(wafer: Wafer): readonly string[] {
  return patternsOf(wafer).filter((label) => label !== wafer.prediction);
}

/** Whether the model asks for a person, and none has looked yet. */
export function waitsForReview(wafer: Wafer): boolean {
  return wafer.decision === 'review' && wafer.groundTruth === null;
}

export function decisionWords(wafer: Wafer): string | null {
  if (wafer.decision === null) {
    return null;
  }
  if (wafer.decision === 'accept') {
    return 'The model is sure enough of this answer.';
  }
  const why = wafer.reasons.length > 0 ? `: ${wafer.reasons.join('; ')}` : '';
  return `A person should look${why}.`;
}

/** Which classes fit, as far as that says more than the prediction. */
export function fitWords(wafer: Wafer): string | null {
  const fitting = wafer.conformalSet;
  if (fitting === null) {
    return null;
  }
  if (fitting.length === 0) {
    return 'no known class';
  }
  return fitting.join(', ');
}

/** Novelty is a rank among known wafers. */
export function noveltyWords(novelty: number): string {
  if (novelty < 0.9) {
    return 'like known wafers';
  }
  const shown = Math.floor(novelty * 1_000) / 10;
  return `unlike ${shown.toFixed(1)} % of known wafers`;
}

/** What an explanation comes to, for who looks at its heat map. */
export function explanationWords(explanation: Explanation): string {
  const { label, evidence, shownDies, share } = explanation;
  if (Math.abs(evidence) < LEAST_EVIDENCE) {
    return `As a whole the failing dies hardly move ${label}: what speaks for and against it is about even, or little.`;
  }
  const dies = `${shownDies.toLocaleString('en')} ${shownDies === 1 ? 'die' : 'dies'}`;
  const part = share === null ? 'some' : `${Math.round(share * 100)} %`;
  const side = evidence > 0 ? 'for' : 'against';
  return `Repairing the ${dies} coloured strongly takes away ${part} of what speaks ${side} ${label}.`;
}
