// The bins that a tester sorted dies into.

import type { Bin } from './api-wafers.ts';

/** How a bin is called: its code, and its name where it has one. */
export function binName({ number, code, name }: Bin): string {
  return [code ?? String(number), name].filter(Boolean).join(' ');
}

/**
 * A die's bin in words; empty where it has none.
 *
 * @param number of its bin; -1: none
 */
export function binWords(number: number | undefined, bins: readonly Bin[]): string {
  if (number === undefined || number < 0) {
    return '';
  }
  const known = bins.find((bin) => bin.number === number);
  return `bin ${known ? binName(known) : number}`;
}
