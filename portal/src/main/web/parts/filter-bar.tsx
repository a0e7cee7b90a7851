import type { ComponentChildren } from 'preact';
import { devices } from '../model/devices.ts';
import type { Decision, LabelState } from '../model/api-wafers.ts';
import {
  DECISIONS,
  isNarrowed,
  paramsOf,
  PROBABILITIES,
  type Range,
  RANGES,
  STATES,
  type WaferFilter,
} from '../model/filter.ts';
import { LABEL_KEYS, PATTERNS } from '../model/patterns.ts';
import { replaceParams } from '../model/route.ts';
import { useStore } from '../model/use-store.ts';
import { fromInputTime, toInputTime } from '../model/time.ts';

/** Chooses wafers; each choice goes into the address at once. */
export function FilterBar(props: {
  filter: WaferFilter;
  /** Whether label and review state can be chosen, too. */
  labels: boolean;
  children?: ComponentChildren;
}) {
  const { filter } = props;
  const { fabs } = useStore(devices);
  const cameras = fabs
    .filter((f) => !filter.fab || f.fab === filter.fab)
    .flatMap(({ fab, cameras }) => cameras.map(({ camera }) => ({ fab, camera })));
  const change = (next: Partial<WaferFilter>) =>
    replaceParams({ ...paramsOf({ ...filter, ...next }), w: undefined });
  const changeRange = (range: Range) =>
    change(
      range === 'custom'
        ? { range, from: Date.now() - RANGES['24h'].millis, to: undefined }
        : { range, from: undefined, to: undefined },
    );
  return (
    <div class='filter' role='search' aria-label='Which wafers'>
      <Choice
        name='Fab'
        value={filter.fab}
        all='All fabs'
        options={fabs.map((f) => [f.fab, f.fab])}
        choose={(fab) => change({ fab, camera: undefined })}
      />
      <Choice
        name='Camera'
        value={filter.camera && `${filter.fab}/${filter.camera}`}
        all='All cameras'
        options={cameras.map(({ fab, camera }) => [
          `${fab}/${camera}`,
          filter.fab ? camera : `${fab} / ${camera}`,
        ])}
        choose={(chosen) => {
          // Names hold no slash.
          const [fab, camera] = chosen?.split('/') ?? [filter.fab];
          change({ fab, camera });
        }}
      />
      <Choice
        name='Time'
        value={filter.range === 'all' ? undefined : filter.range}
        all='All times'
        options={[
          ...Object.entries(RANGES).map(([range, { name }]) => [range, name] as const),
          ['custom', 'From – to'] as const,
        ]}
        choose={(range) => changeRange((range ?? 'all') as Range)}
      />
      {filter.range === 'custom' && <FromTo filter={filter} change={change} />}
      {props.labels && (
        <>
          <Choice
            name='Decision'
            value={filter.decision}
            all='Any decision'
            options={Object.entries(DECISIONS)}
            choose={(decision) => change({ decision: decision as Decision | undefined })}
          />
          <Choice
            name='Prediction'
            value={filter.label}
            all='All predictions'
            options={LABEL_KEYS.map(({ label }) => [label, label])}
            choose={(label) => change({ label })}
          />
          <Choice
            name='Pattern'
            value={filter.pattern}
            all='Any patterns'
            options={PATTERNS.map((label) => [label, `with ${label}`])}
            choose={(pattern) => change({ pattern })}
          />
          <input
            class='lot'
            type='search'
            aria-label='Lot'
            placeholder='Any lot'
            maxLength={256}
            value={filter.lot ?? ''}
            onChange={(e) => change({ lot: e.currentTarget.value.trim() || undefined })}
          />
          <input
            class='lot'
            type='search'
            aria-label='Product'
            placeholder='Any product'
            maxLength={256}
            value={filter.product ?? ''}
            onChange={(e) => change({ product: e.currentTarget.value.trim() || undefined })}
          />
          <Choice
            name='Probability'
            value={probabilityText(filter)}
            all='Any probability'
            options={PROBABILITIES.map((p) => [boundsText(p.from, p.to), p.name])}
            choose={(chosen) => {
              const [from, to] = (chosen ?? '–').split('–').map((n) => n === '' ? undefined : +n);
              change({ minProbability: from, maxProbability: to });
            }}
          />
          <Choice
            name='Review'
            value={filter.state}
            all='Reviewed or not'
            options={Object.entries(STATES)}
            choose={(state) => change({ state: state as LabelState | undefined })}
          />
        </>
      )}
      {isNarrowed(filter) && (
        <button type='button' class='quiet' onClick={() => change(EVERYTHING)}>
          Clear
        </button>
      )}
      <span class='filter-rest'>{props.children}</span>
    </div>
  );
}

function boundsText(from: number | undefined, to: number | undefined): string {
  return `${from ?? ''}–${to ?? ''}`;
}

function probabilityText(filter: WaferFilter): string | undefined {
  const text = boundsText(filter.minProbability, filter.maxProbability);
  return text === '–' ? undefined : text;
}

const EVERYTHING: WaferFilter = {
  fab: undefined,
  camera: undefined,
  range: 'all',
  from: undefined,
  to: undefined,
  label: undefined,
  pattern: undefined,
  decision: undefined,
  lot: undefined,
  product: undefined,
  minProbability: undefined,
  maxProbability: undefined,
  state: undefined,
};

function FromTo(props: { filter: WaferFilter; change: (next: Partial<WaferFilter>) => void }) {
  const { from, to } = props.filter;
  const input = (name: 'from' | 'to', label: string, value: number | undefined) => (
    <input
      type='datetime-local'
      aria-label={label}
      value={value === undefined ? '' : toInputTime(value)}
      onChange={(e) =>
        props.change({ range: 'custom', [name]: fromInputTime(e.currentTarget.value) })}
    />
  );
  return (
    <>
      {input('from', 'From', from)}
      <span>–</span>
      {input('to', 'To', to)}
    </>
  );
}

function Choice(props: {
  name: string;
  value: string | undefined;
  all: string;
  options: readonly (readonly [string, string])[];
  choose: (value: string | undefined) => void;
}) {
  // A value from the address that no device has any more is still shown as what it is.
  const unknown = props.value !== undefined &&
    !props.options.some(([value]) => value === props.value);
  return (
    <select
      aria-label={props.name}
      class={props.value === undefined ? '' : 'chosen'}
      value={props.value ?? ''}
      onChange={(e) => props.choose(e.currentTarget.value || undefined)}
    >
      <option value=''>{props.all}</option>
      {unknown && <option value={props.value}>{props.value}</option>}
      {props.options.map(([value, text]) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </select>
  );
}
