// Several patterns on one wafer as one label: joined by + in the order of the labels.

import { LABEL_KEYS, NONE } from './patterns.ts';

/** What a reviewer gives a wafer that fits no pattern. */
export const UNKNOWN = 'unknown';

const ORDER = LABEL_KEYS.map(({ label }) => label);

export function toggled(set: readonly string[], label: string): string[] {
  if (label === NONE || label === UNKNOWN) {
    return [...set];
  }
  const next = set.includes(label) ? set.filter((one) => one !== label) : [...set, label];
  return next.sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
}

export function setLabel(set: readonly string[]): string | undefined {
  return set.length === 0 ? undefined : set.join('+');
}
