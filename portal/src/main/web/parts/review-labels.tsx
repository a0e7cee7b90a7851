import type { ReviewWafer } from '../model/api-review.ts';
import { setLabel, UNKNOWN } from '../model/label-sets.ts';
import { LABEL_KEYS } from '../model/patterns.ts';
import { PatternName } from './pattern.tsx';

const KEYS = [...LABEL_KEYS, { label: UNKNOWN, key: '9' }];

/** What the model says, why a label is wanted, and the labels with their keys. */
export function ReviewLabels(props: {
  wafer: ReviewWafer;
  /** The patterns chosen so far; null where one label is to be given. */
  mixed: readonly string[] | null;
  /** How many wafers the label goes to. */
  all: number;
  press: (label: string) => void;
  give: (label: string | undefined) => void;
}) {
  const { wafer, mixed, all } = props;
  return (
    <div class='verdict'>
      <p class='predicted'>
        <PatternName label={wafer.prediction} />
        <span class='probability'>{(wafer.probability * 100).toFixed(1)} %</span>
      </p>
      {wafer.wanted.length > 0 && (
        <ul class='wanted' aria-label='Why its label is wanted'>
          {wafer.wanted.map((why) => <li key={why}>{why}</li>)}
        </ul>
      )}
      <ul class='labels'>
        {KEYS.map(({ label, key }) => (
          <li key={label}>
            <button
              type='button'
              class={`label-row ${label === wafer.prediction ? 'is-predicted' : ''}`}
              aria-pressed={mixed?.includes(label) ?? false}
              onClick={() => (label === UNKNOWN ? props.give(label) : props.press(label))}
            >
              <kbd>{key}</kbd>
              <PatternName label={label} />
            </button>
          </li>
        ))}
      </ul>
      <p class='review-keys'>
        {mixed
          ? (
            <>
              <kbd>Enter</kbd> gives {setLabel(mixed) ?? 'the patterns that you choose'},{' '}
              <kbd>m</kbd> back to one label
            </>
          )
          : (
            <>
              <kbd>Enter</kbd> {wafer.prediction} · <kbd>m</kbd> mixed · <kbd>s</kbd> skip ·{' '}
              <kbd>u</kbd> undo · <kbd>l</kbd> lookalikes
            </>
          )}
      </p>
      {all > 1 && (
        <p class='review-all' role='status'>
          The label goes to {all} wafers.
        </p>
      )}
    </div>
  );
}
