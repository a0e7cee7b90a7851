import type { Wafer } from '../model/api-wafers.ts';

/** The new pattern that a wafer was matched to, or named with; no model says it yet. */
export function Provisional({ wafer }: { wafer: Wafer }) {
  const { provisional } = wafer;
  if (!provisional) {
    return null;
  }
  const how = provisional.named
    ? 'named by a person'
    : `matched, ${(provisional.similarity * 100).toFixed(0)} % alike`;
  return (
    <span class='provisional' title={`A new pattern; ${how}`}>
      provisional: {provisional.name}
    </span>
  );
}
