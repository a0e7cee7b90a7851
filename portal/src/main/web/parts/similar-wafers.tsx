// The past wafers that look most like the chosen one, with their labels.

import type { Wafer } from '../model/api-wafers.ts';
import type { SimilarWafer } from '../model/api-similarity.ts';
import { href } from '../model/route.ts';
import { useSimilar } from '../model/use-similar.ts';
import { keyText } from '../model/wafer-key.ts';
import { PatternName } from './pattern.tsx';
import { Thumb } from './thumb.tsx';
import { Time } from './time.tsx';

const THUMB = 64;

export function SimilarWafers({ wafer }: { wafer: Wafer }) {
  const state = useSimilar(wafer);
  return (
    <section class='similar' aria-label='Most similar past wafers' aria-busy={state === undefined}>
      <h2>Most similar</h2>
      {state?.kind === 'failed' && <p class='fine'>{state.reason}</p>}
      {state?.kind === 'found' && (
        state.answer.items.length === 0
          ? <p class='fine'>The hub's model has seen no other wafer yet.</p>
          : (
            <>
              <ul>
                {state.answer.items.map((item) => <Similar key={keyText(item)} item={item} />)}
              </ul>
              <p class='fine'>
                of {state.answer.searched.toLocaleString('en')} wafers that the hub's model has seen
              </p>
            </>
          )
      )}
    </section>
  );
}

function Similar({ item }: { item: SimilarWafer }) {
  const label = item.groundTruth?.ground_truth ?? item.prediction;
  const by = item.groundTruth ? `labelled by ${item.groundTruth.reviewer}` : 'predicted';
  return (
    <li>
      <a
        href={href('wafers', { w: keyText(item) })}
        title={`${item.imgid}, ${item.fab} / ${item.camera}: ${label}, ${by}`}
      >
        <Thumb wafer={item} pixels={THUMB} />
        <span class='similar-words'>
          <PatternName label={label} />
          <span class='by'>
            {(item.similarity * 100).toFixed(0)} % · {item.groundTruth ? '✓ ' : ''}
            <Time at={item.timestamp} />
          </span>
        </span>
      </a>
    </li>
  );
}
