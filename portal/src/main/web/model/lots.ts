// The order of wafers in a lot.

import type { Wafer } from './api-wafers.ts';

type InLot = Pick<Wafer, 'slot' | 'wafer' | 'timestamp'>;

/** By slot, else by the wafer's name with its numbers in their order, else by time. */
export function bySlot(a: InLot, b: InLot): number {
  if (a.slot !== null && b.slot !== null && a.slot !== b.slot) {
    return a.slot - b.slot;
  }
  const names = (a.wafer ?? '').localeCompare(b.wafer ?? '', 'en', { numeric: true });
  return names || a.timestamp - b.timestamp;
}
