// From labels to a champion: starts a run, shows how it goes, and what became of those before.

import { useState } from 'preact/hooks';
import {
  models,
  pipeline,
  type PipelineRun,
  type PipelineRuns,
  type RunStage,
} from '../model/api-models.ts';
import { durationText, shortId, STAGE_WORDS } from '../model/models.ts';
import { replaceParams, route } from '../model/route.ts';
import { mayApprove } from '../model/session.ts';
import { useAnswer } from '../model/use-answer.ts';
import { usePolled } from '../model/use-polled.ts';
import { useStore } from '../model/use-store.ts';
import { Empty } from '../parts/empty.tsx';
import { ModelName } from '../parts/model-name.tsx';
import { Time } from '../parts/time.tsx';

const POLL_MILLIS = 2_000;

/** Lines of a log on the page; the file has all. */
const LOG_LINES = 200;

const STAGES: Record<RunStage, string> = {
  snapshot: 'Snapshot',
  train: 'Training',
  gate: 'Gate',
  test: 'Test',
  approval: 'Approval',
  delivery: 'Delivery',
};

export function PipelineTab() {
  const { params } = useStore(route);
  const { answer, error, refresh } = usePolled('runs', POLL_MILLIS, pipeline.runs);
  if (!answer) {
    return error ? <Empty title={error} /> : <div aria-busy='true' />;
  }
  const open = answer.items.find(isOpen);
  const chosen = answer.items.find((run) => String(run.id) === params.get('run')) ?? open ??
    answer.items[0];
  return (
    <>
      <Start runs={answer} open={open} begun={refresh} />
      {error && <p class='error' role='alert'>{error}</p>}
      {chosen && (
        <Run key={chosen.id} run={chosen} anotherOpen={open !== undefined} changed={refresh} />
      )}
      {answer.items.length > 0 && <History runs={answer.items} chosen={chosen} />}
    </>
  );
}

function isOpen(run: PipelineRun): boolean {
  return run.state === 'running' || run.state === 'waiting';
}

function Start(props: { runs: PipelineRuns; open: PipelineRun | undefined; begun: () => void }) {
  const { runs: { outlook }, open } = props;
  const [model, setModel] = useState('');
  const [error, setError] = useState<string | null>(null);
  const { answer } = useAnswer('models', (signal) => models.list(signal));
  const candidates = (answer?.items ?? []).filter((one) => one.stage === 'candidate');
  const begin = async (skipped?: string) => {
    setError(null);
    try {
      const run = await pipeline.begin(skipped);
      replaceParams({ run: String(run.id) });
      props.begun();
    } catch (e) {
      setError((e as Error).message);
    }
  };
  return (
    <section class='panel' aria-label='Start'>
      <header class='figures'>
        <h1>Pipeline</h1>
        <p>
          <b>{outlook.newLabels.toLocaleString('en')}</b> labels that no training knows.{' '}
          {scheduleText(outlook)}
          {outlook.nextAt && outlook.newLabels > 0 && (
            <>
              {' '}Next: <Time at={outlook.nextAt} />.
            </>
          )}
        </p>
      </header>
      {mayApprove() && (
        <form
          class='start'
          onSubmit={(event) => {
            event.preventDefault();
            void begin(model);
          }}
        >
          <button
            type='button'
            class='primary'
            disabled={open !== undefined || !outlook.trains}
            onClick={() => void begin()}
          >
            Train and judge
          </button>
          <span class='or'>or</span>
          <label>
            skip training with{' '}
            <select
              value={model}
              disabled={open !== undefined || candidates.length === 0}
              onChange={(e) => setModel(e.currentTarget.value)}
            >
              <option value=''>
                {candidates.length === 0 ? 'no candidate' : 'choose a model'}
              </option>
              {candidates.map((one) => (
                <option key={one.id} value={one.id}>
                  {shortId(one.id)}, {STAGE_WORDS[one.stage]}
                  {one.note ? `, ${one.note.slice(0, 40)}` : ''}
                </option>
              ))}
            </select>
          </label>
          <button type='submit' disabled={open !== undefined || model === ''}>
            Judge this model
          </button>
          {open && <span class='fine'>Run {open.id} is {open.state}; one runs at a time.</span>}
          {!outlook.trains && (
            <span class='fine'>This hub cannot train: it does not know its own program.</span>
          )}
        </form>
      )}
      {error && (
        <p class='error' role='alert'>
          {error}
        </p>
      )}
    </section>
  );
}

function scheduleText(outlook: PipelineRuns['outlook']): string {
  const after = outlook.afterLabels > 0
    ? `after ${outlook.afterLabels.toLocaleString('en')} new labels`
    : '';
  const every = outlook.everySeconds === null
    ? ''
    : `every ${durationText(outlook.everySeconds)} where there are new labels`;
  const when = [after, every].filter(Boolean).join(', and ');
  return when ? `A run starts by itself ${when}.` : 'No run starts by itself.';
}

function Run(props: { run: PipelineRun; anotherOpen: boolean; changed: () => void }) {
  const { run } = props;
  const [error, setError] = useState<string | null>(null);
  const act = async (action: Promise<PipelineRun>) => {
    setError(null);
    try {
      await action;
    } catch (e) {
      setError((e as Error).message);
    }
    props.changed();
  };
  const goesOn = (run.state === 'failed' || run.state === 'cancelled') && !props.anotherOpen;
  return (
    <section class='panel run' aria-label={`Run ${run.id}`}>
      <header class='figures'>
        <h2>Run {run.id}</h2>
        <span class={`mark run-${run.state}`}>{run.state}</span>
        <p>
          {run.why}; by {run.startedBy.replace(/^user:/, '')}, <Time at={run.startedAt} />
        </p>
        {run.candidate && (
          <p>
            Candidate <ModelName id={run.candidate} />
          </p>
        )}
        {run.parent && (
          <p>
            from <ModelName id={run.parent} />
          </p>
        )}
        {mayApprove() && (
          <span class='model-actions'>
            {isOpen(run) && (
              <button type='button' onClick={() => void act(pipeline.cancel(run.id))}>
                Cancel
              </button>
            )}
            {goesOn && (
              <button type='button' onClick={() => void act(pipeline.resume(run.id))}>
                Resume
              </button>
            )}
          </span>
        )}
      </header>
      <Steps run={run} />
      {run.epochs > 0 && (
        <p class='epochs'>
          <progress aria-label='Training' value={run.epoch} max={run.epochs} />
          epoch {run.epoch} of {run.epochs}
        </p>
      )}
      {run.message && <p class={run.state === 'failed' ? 'failing' : ''}>{run.message}</p>}
      {error && (
        <p class='error' role='alert'>
          {error}
        </p>
      )}
      <Log run={run} />
    </section>
  );
}

function Steps({ run }: { run: PipelineRun }) {
  const names = Object.keys(STAGES) as RunStage[];
  const at = names.indexOf(run.stage);
  // A run with a model of somebody's makes no snapshot and trains nothing.
  const skipped = run.parent === null && run.snapshot === null && at > 1 ? 2 : 0;
  const stateOf = (i: number) => {
    if (i < skipped) {
      return 'skipped';
    }
    if (i < at || run.state === 'done') {
      return 'over';
    }
    return i > at ? 'to-come' : run.state;
  };
  return (
    <ol class='steps'>
      {names.map((name, i) => (
        <li
          key={name}
          class={`step-${stateOf(i)}`}
          aria-current={i === at && isOpen(run) ? 'step' : undefined}
        >
          {STAGES[name]} <span class='fine'>{stateOf(i).replace('-', ' ')}</span>
        </li>
      ))}
    </ol>
  );
}

function Log({ run }: { run: PipelineRun }) {
  // Of a run that ended the log is asked for seldom: it grows no more.
  const { answer } = usePolled(
    `${run.id} ${isOpen(run)}`,
    isOpen(run) ? POLL_MILLIS : 60_000,
    (signal) => pipeline.log(run.id, signal),
  );
  const lines = (answer ?? '').trimEnd().split('\n');
  return (
    <details class='run-log' open={isOpen(run)}>
      <summary>Log</summary>
      <pre tabIndex={0} aria-label='Log'>
        {lines.length > LOG_LINES && `… ${lines.length - LOG_LINES} earlier lines\n`}
        {lines.slice(-LOG_LINES).join('\n')}
      </pre>
    </details>
  );
}

function History(props: { runs: readonly PipelineRun[]; chosen: PipelineRun | undefined }) {
  return (
    <div class='table-box'>
      <table class='runs'>
        <thead>
          <tr>
            <th scope='col'>Run</th>
            <th scope='col'>Began</th>
            <th scope='col'>By</th>
            <th scope='col'>Why</th>
            <th scope='col'>State</th>
            <th scope='col'>Stage</th>
            <th scope='col'>Candidate</th>
            <th scope='col'>Took</th>
            <th scope='col'>What it says</th>
          </tr>
        </thead>
        <tbody>
          {props.runs.map((run) => (
            <tr key={run.id} class={run === props.chosen ? 'chosen' : ''}>
              <td>
                <button
                  type='button'
                  class='link'
                  onClick={() => replaceParams({ run: String(run.id) })}
                >
                  Run {run.id}
                </button>
              </td>
              <td>
                <Time at={run.startedAt} />
              </td>
              <td>{run.startedBy.replace(/^user:/, '')}</td>
              <td>{run.why}</td>
              <td>
                <span class={`mark run-${run.state}`}>{run.state}</span>
              </td>
              <td>{STAGES[run.stage]}</td>
              <td>
                <ModelName id={run.candidate} />
              </td>
              <td>
                {durationText(
                  (Date.parse(run.endedAt ?? new Date().toISOString()) -
                    Date.parse(run.startedAt)) / 1000,
                )}
              </td>
              <td class='wide'>{run.message}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
