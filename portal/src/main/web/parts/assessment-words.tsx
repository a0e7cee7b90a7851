// What the model says beside its label: whether a person should look, every pattern it sees, what
// else would fit.

import type { Wafer } from '../model/api-wafers.ts';
import { decisionWords, fitWords, noveltyWords } from '../model/assessment.ts';
import { PatternName } from './pattern.tsx';

export function AssessmentWords({ wafer }: { wafer: Wafer }) {
  const decision = decisionWords(wafer);
  const fits = fitWords(wafer);
  return (
    <>
      {decision && (
        <p class={`decision ${wafer.decision}`}>
          <b>{wafer.decision === 'review' ? 'To review' : 'Accepted'}</b> {decision}
        </p>
      )}
      {(wafer.patterns !== null || fits !== null || wafer.novelty !== null) && (
        <dl class='assessment'>
          {wafer.patterns !== null && (
            <div>
              <dt>Patterns</dt>
              <dd>
                <Patterns wafer={wafer} patterns={wafer.patterns} />
              </dd>
            </div>
          )}
          {fits !== null && (
            <div>
              <dt title='Every class that fits the wafer at the coverage that the model states'>
                Fits
              </dt>
              <dd>{fits}</dd>
            </div>
          )}
          {wafer.novelty !== null && (
            <div>
              <dt>Novelty</dt>
              <dd>{noveltyWords(wafer.novelty)}</dd>
            </div>
          )}
        </dl>
      )}
    </>
  );
}

function Patterns({ wafer, patterns }: { wafer: Wafer; patterns: readonly string[] }) {
  if (patterns.length === 0) {
    return <>none</>;
  }
  return (
    <ul class='patterns'>
      {patterns.map((label) => {
        const probability = wafer.patternProbabilities?.[label];
        return (
          <li key={label}>
            <PatternName label={label} />
            {probability !== undefined && (
              <span class='percent'>{(probability * 100).toFixed(1)} %</span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
