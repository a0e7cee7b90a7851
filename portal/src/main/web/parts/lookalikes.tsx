import type { Wafer } from '../model/api-wafers.ts';
import type { Lookalikes as Found } from '../model/use-lookalikes.ts';
import { keyText } from '../model/wafer-key.ts';
import { Empty } from './empty.tsx';
import { PatternName } from './pattern.tsx';
import { Thumb } from './thumb.tsx';

const THUMB = 104;

/** Unlabelled wafers that look like the one under review: all are shown, each can be taken out. */
export function Lookalikes({ wafer, lookalikes }: { wafer: Wafer; lookalikes: Found }) {
  const { all, kept, error } = lookalikes;
  return (
    <section class='stage lookalikes' aria-label='Lookalikes' aria-busy={all === null && !error}>
      <header>
        <h1>
          {all === null ? 'Looking for lookalikes' : `${kept.length} of ${all.length} lookalikes`}
        </h1>
        <span>A label goes to {wafer.imgid} and to each that is left in</span>
        <span class='fine'>← → choose · x takes out · l closes</span>
      </header>
      {error && <Empty title={error} />}
      {all?.length === 0 && (
        <Empty
          title='No unlabelled wafer looks like this one'
          hint='Of those that the hub’s model has seen, none is as alike as nine in ten.'
        />
      )}
      <ul>
        <li class='this'>
          <Thumb wafer={wafer} pixels={THUMB} />
          <span>this one</span>
        </li>
        {(all ?? []).map((each, i) => (
          <li key={keyText(each)}>
            <button
              type='button'
              class={i === lookalikes.at ? 'at' : ''}
              aria-pressed={!lookalikes.isOut(each)}
              title={`${each.imgid}, ${each.fab} / ${each.camera}`}
              onClick={() => lookalikes.toggle(i)}
            >
              <Thumb wafer={each} pixels={THUMB} />
              <PatternName label={each.prediction} />
              <span class='by'>
                {(each.similarity * 100).toFixed(0)} %{lookalikes.isOut(each) ? ' · out' : ''}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
