import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import {
  alarmApi,
  type Backtest,
  type HoldMode,
  type Per,
  type Rule,
  type Test,
} from '../model/api-alarms.ts';
import { PARAMETERS, withTest } from '../model/rules.ts';
import { BacktestResult } from './backtest-result.tsx';

const TEST_NAMES: Record<Test, string> = {
  threshold: 'Every bad wafer',
  'k-of-n': 'k of the last n wafers',
  'p-chart': 'p-chart: a group with too many',
  ewma: 'EWMA: a small shift that lasts',
  cusum: 'CUSUM: a small shift that sums up',
};
const PER_NAMES: Record<Per, string> = {
  camera: 'each camera by itself',
  fab: 'all cameras of a fab together',
  product: 'each product by itself',
};
const HOLD_NAMES: Record<HoldMode, string> = {
  off: 'nothing',
  shadow: 'note that it would be held (shadow)',
  confirm: 'propose a hold; a person confirms it',
  automatic: 'hold it at once',
};
const DAYS = [1, 7, 30, 90];

/** Edits a rule, and tries it on stored wafers before it is saved. */
export function RuleEditor(props: {
  rule: Rule;
  maySave: boolean;
  save: (rule: Rule, note: string) => Promise<void>;
  cancel: () => void;
}) {
  const [rule, setRule] = useState(props.rule);
  const [note, setNote] = useState('');
  const [days, setDays] = useState(30);
  const [result, setResult] = useState<Backtest | null>(null);
  const [busy, setBusy] = useState<'test' | 'save' | null>(null);
  const [error, setError] = useState<string | null>(null);
  const change = (part: Partial<Rule>) => {
    setRule({ ...rule, ...part });
    setResult(null);
  };
  const attempt = async (what: 'test' | 'save', work: () => Promise<void>) => {
    setBusy(what);
    setError(null);
    try {
      await work();
    } catch (e) {
      setError((e as Error).message);
    }
    setBusy(null);
  };
  return (
    <form
      class='panel rule-editor'
      aria-label='Rule'
      onSubmit={(event) => {
        event.preventDefault();
        void attempt('save', () => props.save(rule, note.trim()));
      }}
    >
      <div class='rule-fields'>
        <Field label='Name'>
          <input
            required
            maxLength={80}
            value={rule.name}
            onInput={(e) => change({ name: e.currentTarget.value })}
          />
        </Field>
        <Field label='Looks for'>
          <select
            value={rule.test}
            onChange={(e) => change(withTest(rule, e.currentTarget.value as Test))}
          >
            {Object.entries(TEST_NAMES).map(([name, words]) => (
              <option key={name} value={name}>{words}</option>
            ))}
          </select>
        </Field>
        {PARAMETERS[rule.test].map(({ name, label, min, max, step }) => (
          <Field key={name} label={label}>
            <input
              type='number'
              required
              min={min}
              max={max}
              step={step}
              value={rule[name]}
              onInput={(e) =>
                change({ [name]: e.currentTarget.valueAsNumber })}
            />
          </Field>
        ))}
        <Text rule={rule} name='pattern' label='Bad is (empty: any defect)' change={change} />
        <Field label='With a probability above'>
          <input
            type='number'
            required
            min={0}
            max={1}
            step='any'
            value={rule.probability}
            onInput={(e) => change({ probability: e.currentTarget.valueAsNumber })}
          />
        </Field>
        <Text rule={rule} name='fab' label='Only fab' change={change} />
        <Text rule={rule} name='camera' label='Only camera' change={change} />
        <Text rule={rule} name='product' label='Only product' change={change} />
        {rule.test !== 'threshold' && (
          <Choice
            label='Follows'
            names={PER_NAMES}
            value={rule.per}
            choose={(per) => change({ per })}
          />
        )}
        <Choice
          label='Does to the lot'
          names={HOLD_NAMES}
          value={rule.hold}
          choose={(hold) => change({ hold })}
        />
        <Field label='Enabled'>
          <input
            type='checkbox'
            checked={rule.enabled}
            onChange={(e) => change({ enabled: e.currentTarget.checked })}
          />
        </Field>
      </div>
      <div class='rule-actions'>
        <label>
          Backtest over{' '}
          <select value={days} onChange={(e) => setDays(Number(e.currentTarget.value))}>
            {DAYS.map((span) => <option key={span} value={span}>{span} days</option>)}
          </select>
        </label>
        <button
          type='button'
          disabled={busy !== null}
          onClick={() =>
            void attempt('test', async () => setResult(await alarmApi.backtest(rule, days)))}
        >
          {busy === 'test' ? 'Reading…' : 'Backtest'}
        </button>
        {props.maySave && (
          <>
            <input
              aria-label='Why'
              placeholder='Why (for the history)'
              maxLength={500}
              value={note}
              onInput={(e) => setNote(e.currentTarget.value)}
            />
            <button type='submit' class='primary' disabled={busy !== null}>
              Save
            </button>
          </>
        )}
        <button type='button' onClick={props.cancel}>
          Cancel
        </button>
      </div>
      {error && (
        <p class='error' role='alert'>
          {error}
        </p>
      )}
      {result && <BacktestResult result={result} />}
    </form>
  );
}

function Field(props: { label: string; children: ComponentChildren }) {
  return (
    <label>
      <span>{props.label}</span>
      {props.children}
    </label>
  );
}

function Text(props: {
  rule: Rule;
  name: 'fab' | 'camera' | 'product' | 'pattern';
  label: string;
  change: (part: Partial<Rule>) => void;
}) {
  const { rule, name, label, change } = props;
  return (
    <Field label={label}>
      <input
        value={rule[name] ?? ''}
        onInput={(e) => change({ [name]: e.currentTarget.value || null })}
      />
    </Field>
  );
}

function Choice<T extends string>(props: {
  label: string;
  names: Record<T, string>;
  value: T;
  choose: (value: T) => void;
}) {
  return (
    <Field label={props.label}>
      <select value={props.value} onChange={(e) => props.choose(e.currentTarget.value as T)}>
        {(Object.keys(props.names) as T[]).map((name) => (
          <option key={name} value={name}>{props.names[name]}</option>
        ))}
      </select>
    </Field>
  );
}
