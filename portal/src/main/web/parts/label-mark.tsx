import type { EffectiveLabel } from '../model/review.ts';

/** Where a wafer's label stands: none yet, on its way, not saved, confirmed or corrected. */
export function LabelMark(props: { effective: EffectiveLabel; prediction: string }) {
  const { label, pending } = props.effective;
  if (label === null) {
    return null;
  }
  const same = label.toLowerCase() === props.prediction.toLowerCase();
  const [kind, sign, words] = pending?.error
    ? ['failing', '!', `${label}: not saved, ${pending.error}`]
    : pending
    ? ['saving', '…', `${label}: saving`]
    : same
    ? ['confirmed', '✓', `confirmed ${label}`]
    : ['corrected', '✎', `corrected to ${label}`];
  return (
    <span class={`label-mark ${kind}`} role='img' title={words} aria-label={words}>
      {sign}
    </span>
  );
}
