// What the colours of a heat map mean, and how much of the answer they tell.

import type { Explanation, Wafer } from '../model/api-wafers.ts';
import { explanationWords } from '../model/assessment.ts';
import type { Why } from '../model/use-why.ts';
import { PatternName } from './pattern.tsx';

export function WhyLegend({ wafer, why }: { wafer: Wafer; why: Why }) {
  const { state } = why;
  return (
    <div class='why' role='group' aria-label='Why'>
      {why.labels.length > 1 && (
        <span class='why-labels'>
          {why.labels.map((label) => (
            <button
              key={label}
              type='button'
              class='quiet'
              aria-pressed={label === why.label}
              title={`What speaks for ${label}`}
              onClick={() => why.choose(label)}
            >
              <PatternName label={label} />
            </button>
          ))}
        </span>
      )}
      {state?.kind === 'explained' && <Scale label={state.explanation.label} />}
      <span class='why-words' role='status'>
        {state === undefined && "Asking the hub's model…"}
        {state?.kind === 'failed' && state.reason}
        {state?.kind === 'explained' && (
          <>
            {explanationWords(state.explanation)}
            {doubt(wafer, state.explanation)}
          </>
        )}
      </span>
    </div>
  );
}

function Scale({ label }: { label: string }) {
  return (
    <span class='heat-scale'>
      against
      <span class='heat-against' aria-hidden='true' />
      <span class='heat-neutral' aria-hidden='true' />
      <span class='heat-for' aria-hidden='true' />
      for {label}
    </span>
  );
}

/** Another model than the one that classified the wafer explains it. */
function doubt(wafer: Wafer, explanation: Explanation): string {
  if (explanation.predicted !== wafer.prediction) {
    const percent = (explanation.probability * 100).toFixed(1);
    return ` The hub's model says ${explanation.predicted} itself, ${percent} %.`;
  }
  return wafer.model !== null && wafer.model !== explanation.model
    ? " Explained by the hub's model, which is not the one that classified this wafer."
    : '';
}
