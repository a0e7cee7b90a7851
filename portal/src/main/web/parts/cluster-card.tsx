import { useState } from 'preact/hooks';
import type { Wafer } from '../model/api-wafers.ts';
import type { Cluster } from '../model/api-patterns.ts';
import { keyText } from '../model/wafer-key.ts';
import { Thumb } from './thumb.tsx';

const THUMB = 88;
const MAX_NAME_CHARS = 64;

/** A group of wafers that look alike: all that are named are shown, each can be taken out. */
export function ClusterCard(props: {
  cluster: Cluster;
  busy: boolean;
  /** Absent for a viewer. */
  name: ((name: string, wafers: Wafer[]) => void) | undefined;
}) {
  const { cluster, busy, name } = props;
  const [out, setOut] = useState<ReadonlySet<string>>(new Set());
  const [text, setText] = useState('');
  const kept = cluster.items.filter((wafer) => !out.has(keyText(wafer)));
  const toggle = (wafer: Wafer) => {
    const next = new Set(out);
    if (!next.delete(keyText(wafer))) {
      next.add(keyText(wafer));
    }
    setOut(next);
  };
  return (
    <article class='cluster'>
      <header>
        <h3>
          {cluster.wafers} wafers
          {cluster.items.length < cluster.wafers && `, the ${cluster.items.length} nearest shown`}
        </h3>
        {name && (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              name(text.trim(), kept);
            }}
          >
            <input
              name='pattern'
              value={text}
              maxLength={MAX_NAME_CHARS}
              placeholder='Name of the pattern'
              aria-label='Name of the pattern'
              onInput={(event) => setText(event.currentTarget.value)}
            />
            <button
              type='submit'
              class='primary'
              disabled={busy || text.trim() === '' || kept.length === 0}
            >
              Name {kept.length}
            </button>
          </form>
        )}
      </header>
      <ul>
        {cluster.items.map((wafer) => (
          <li key={keyText(wafer)}>
            <button
              type='button'
              aria-pressed={!out.has(keyText(wafer))}
              aria-label={`${wafer.imgid}, predicted ${wafer.prediction}`}
              title={`${wafer.imgid}, ${wafer.fab} / ${wafer.camera}: predicted ${wafer.prediction}. Press to take it out`}
              onClick={() => toggle(wafer)}
            >
              <Thumb wafer={wafer} pixels={THUMB} />
            </button>
          </li>
        ))}
      </ul>
    </article>
  );
}
