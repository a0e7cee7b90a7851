// The model's verdict and the reviewer's: every label with its key and its probability.

import type { Wafer } from '../model/api-wafers.ts';
import { LABEL_KEYS } from '../model/patterns.ts';
import type { EffectiveLabel } from '../model/review.ts';
import { AssessmentWords } from './assessment-words.tsx';
import { PatternName } from './pattern.tsx';
import { Provisional } from './provisional.tsx';
import { Time } from './time.tsx';

export function Verdict(props: {
  wafer: Wafer;
  effective: EffectiveLabel;
  /** Absent for a viewer, who may not give labels. */
  give: ((label: string) => void) | undefined;
}) {
  const { wafer, effective, give } = props;
  return (
    <section class='verdict' aria-label='Verdict'>
      <p class='predicted'>
        <PatternName label={wafer.prediction} />
        <span class='probability'>{(wafer.probability * 100).toFixed(1)} %</span>
      </p>
      <Provisional wafer={wafer} />
      <AssessmentWords wafer={wafer} />
      <ul class='labels'>
        {rows(wafer).map(({ label, key }) => (
          <li key={label}>
            <LabelRow
              label={label}
              labelKey={key}
              probability={wafer.probabilities?.[label] ??
                (label === wafer.prediction ? wafer.probability : undefined)}
              predicted={label === wafer.prediction}
              given={label === effective.label}
              give={give}
            />
          </li>
        ))}
      </ul>
      <SaveState wafer={wafer} effective={effective} mayGive={give !== undefined} />
    </section>
  );
}

/** The nine labels, and any other that the model or a reviewer named. */
function rows(wafer: Wafer): { label: string; key: string }[] {
  const names = [
    wafer.prediction,
    wafer.groundTruth?.ground_truth ?? wafer.prediction,
    ...Object.keys(wafer.probabilities ?? {}),
  ];
  const others = new Set(names.filter((name) => !LABEL_KEYS.some((k) => k.label === name)));
  return [...LABEL_KEYS, ...[...others].map((label) => ({ label, key: '' }))];
}

function LabelRow(props: {
  label: string;
  labelKey: string;
  probability: number | undefined;
  predicted: boolean;
  given: boolean;
  give: ((label: string) => void) | undefined;
}) {
  const { label, probability, give } = props;
  return (
    <button
      type='button'
      class={`label-row ${props.predicted ? 'is-predicted' : ''}`}
      aria-pressed={props.given}
      disabled={!give}
      onClick={() => give?.(label)}
    >
      {give && <kbd>{props.labelKey}</kbd>}
      <PatternName label={label} />
      <span class='bar-track' aria-hidden='true'>
        {probability !== undefined && (
          <span class='bar-fill' style={{ width: `${Math.max(1, probability * 100)}%` }} />
        )}
      </span>
      <span class='percent'>
        {probability === undefined ? '' : `${(probability * 100).toFixed(1)} %`}
      </span>
      <span class='given' aria-hidden='true'>
        {props.given ? '✓' : ''}
      </span>
    </button>
  );
}

function SaveState(props: { wafer: Wafer; effective: EffectiveLabel; mayGive: boolean }) {
  const { effective, wafer } = props;
  const { pending } = effective;
  const truth = wafer.groundTruth;
  if (pending) {
    const why = pending.error
      ? `Not saved: ${pending.error}${pending.refused ? '' : ' · trying again'}`
      : 'Saving…';
    return (
      <p class={`save-state ${pending.error ? 'failing' : 'saving'}`} role='status'>
        {why}
      </p>
    );
  }
  if (truth) {
    return (
      <p class='save-state saved' role='status'>
        Saved: {truth.ground_truth} by {truth.reviewer}, <Time at={truth.at} />
      </p>
    );
  }
  return (
    <p class='save-state' role='status'>
      {props.mayGive
        ? 'Not reviewed. Enter confirms, a key overrides.'
        : 'Not reviewed. A reviewer may label it.'}
    </p>
  );
}
