import { useEffect, useState } from 'preact/hooks';
import type { Wafer } from '../model/api-wafers.ts';
import { type NewPattern, patternApi } from '../model/api-patterns.ts';
import { href } from '../model/route.ts';
import { keyText } from '../model/wafer-key.ts';
import { PatternName } from './pattern.tsx';
import { Thumb } from './thumb.tsx';
import { Time } from './time.tsx';

const SHOWN = 12;
const THUMB = 56;

/** A named pattern with its newest wafers, and what can be changed about it. */
export function NewPatternRow(props: {
  pattern: NewPattern;
  others: readonly NewPattern[];
  busy: boolean;
  /** Absent for a viewer. */
  change: ((work: () => Promise<string>) => void) | undefined;
}) {
  const { pattern, change } = props;
  const wafers = useNewest(pattern);
  return (
    <li class='named-pattern'>
      <header>
        <PatternName label={pattern.name} />
        <span>
          {pattern.named} named, {pattern.matched} matched
        </span>
        <span class='fine'>
          {pattern.createdBy}, <Time at={pattern.createdAt} />
          {pattern.inModel ? ' · in the model by now' : ' · provisional'}
        </span>
      </header>
      <ul>
        {wafers.map((wafer) => (
          <li key={keyText(wafer)}>
            <a href={href('wafers', { w: keyText(wafer) })} title={wafer.imgid}>
              <Thumb wafer={wafer} pixels={THUMB} />
            </a>
          </li>
        ))}
      </ul>
      {change && <Changes {...props} change={change} />}
    </li>
  );
}

function Changes(props: {
  pattern: NewPattern;
  others: readonly NewPattern[];
  busy: boolean;
  change: (work: () => Promise<string>) => void;
}) {
  const { pattern, others, busy, change } = props;
  const [name, setName] = useState(pattern.name);
  const [sure, setSure] = useState(false);
  return (
    <form
      class='pattern-changes'
      onSubmit={(event) => {
        event.preventDefault();
        change(async () => `Renamed to ${(await patternApi.rename(pattern.id, name.trim())).name}`);
      }}
    >
      <input
        name='rename'
        value={name}
        maxLength={64}
        aria-label={`New name of ${pattern.name}`}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <button type='submit' disabled={busy || name.trim() === '' || name.trim() === pattern.name}>
        Rename
      </button>
      {others.length > 0 && (
        <select
          aria-label={`Make ${pattern.name} part of`}
          value=''
          disabled={busy}
          onChange={(event) => {
            const into = Number(event.currentTarget.value);
            change(async () =>
              `${pattern.name} is part of ${(await patternApi.merge(pattern.id, into)).name}`
            );
          }}
        >
          <option value=''>Part of …</option>
          {others.map((other) => <option key={other.id} value={other.id}>{other.name}</option>)}
        </select>
      )}
      <button
        type='button'
        disabled={busy}
        onClick={() =>
          sure
            ? change(async () => {
              await patternApi.dissolve(pattern.id);
              return `${pattern.name} is dissolved; its wafers are unknown`;
            })
            : setSure(true)}
      >
        {sure ? 'Really dissolve' : 'Dissolve'}
      </button>
    </form>
  );
}

function useNewest(pattern: NewPattern): readonly Wafer[] {
  const [wafers, setWafers] = useState<readonly Wafer[]>([]);
  useEffect(() => {
    const abort = new AbortController();
    patternApi.wafers(pattern.id, SHOWN, abort.signal).then(({ items }) => setWafers(items), () => {
      // The counts say what there is; its wafers come with the next change.
    });
    return () => abort.abort();
  }, [pattern.id, pattern.named, pattern.matched]);
  return wafers;
}
