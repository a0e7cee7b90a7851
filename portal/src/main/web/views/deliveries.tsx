// Models on their way to the cameras: rollouts in stages, and what each camera says.

import { useState } from 'preact/hooks';
import { type AgentReport, deliveries, type Delivery, type Rollout } from '../model/api-models.ts';
import { canRollBack, shortId } from '../model/models.ts';
import { mayApprove } from '../model/session.ts';
import { usePolled } from '../model/use-polled.ts';
import { AskReason } from '../parts/ask-reason.tsx';
import { Empty } from '../parts/empty.tsx';
import { ModelName } from '../parts/model-name.tsx';
import { StartRollout } from '../parts/start-rollout.tsx';
import { Time } from '../parts/time.tsx';

const POLL_MILLIS = 3_000;

/** Rollouts on the page at first. */
const FIRST = 5;

export function DeliveriesTab() {
  const [all, setAll] = useState(false);
  const { answer, error, refresh } = usePolled('deliveries', POLL_MILLIS, async (signal) => {
    const [cameras, rollouts] = await Promise.all([
      deliveries.cameras(signal),
      deliveries.rollouts(signal),
    ]);
    return { cameras: cameras.items, ...rollouts };
  });
  if (!answer) {
    return error ? <Empty title={error} /> : <div aria-busy='true' />;
  }
  const { cameras, items, usualStages } = answer;
  return (
    <>
      <h1 class='unseen'>Deliveries</h1>
      {error && <p class='error' role='alert'>{error}</p>}
      {mayApprove() && cameras.length > 0 && (
        <StartRollout cameras={cameras} usual={usualStages} started={refresh} />
      )}
      {items.length > 0 && (
        <section class='panel' aria-label='Rollouts'>
          <header class='figures'>
            <h2>Rollouts</h2>
          </header>
          <ul class='rollouts'>
            {items.slice(0, all ? items.length : FIRST).map((rollout) => (
              <RolloutCard
                key={rollout.id}
                rollout={rollout}
                mayGoBack={mayApprove() && canRollBack(items, rollout)}
                changed={refresh}
              />
            ))}
          </ul>
          {!all && items.length > FIRST && (
            <button
              type='button'
              class='more'
              onClick={() => setAll(true)}
            >
              Older rollouts
            </button>
          )}
        </section>
      )}
      {cameras.length === 0
        ? (
          <Empty
            title='No camera was told of a model yet'
            hint='The first champion is what agents were installed with; the next one goes out in stages by itself.'
          />
        )
        : <Cameras cameras={cameras} />}
    </>
  );
}

const STATES: Record<Rollout['state'], string> = {
  running: 'under way',
  done: 'done',
  stopped: 'stopped',
  'rolled-back': 'rolled back',
};

function RolloutCard(props: { rollout: Rollout; mayGoBack: boolean; changed: () => void }) {
  const { rollout } = props;
  const [asking, setAsking] = useState<'stop' | 'back' | null>(null);
  const running = rollout.state === 'running';
  const at = (stage: number) =>
    rollout.cameras.filter((camera) => camera.stage === stage)
      .map((camera) => `${camera.fab}/${camera.camera}`);
  const stateOf = (stage: number) =>
    stage < rollout.stage || rollout.state === 'done'
      ? 'over'
      : stage > rollout.stage
      ? 'to-come'
      : rollout.state;
  return (
    <li class={`rollout rollout-${rollout.state}`}>
      <div class='figures'>
        <b>Rollout {rollout.id}</b>
        <span class={`mark run-${rollout.state}`}>{STATES[rollout.state]}</span>
        <span>
          <ModelName id={rollout.model} /> after <ModelName id={rollout.before} />
        </span>
        <span class='fine'>
          by {rollout.createdBy.replace(/^user:/, '')}, <Time at={rollout.createdAt} />
        </span>
        <span class='model-actions'>
          {running && mayApprove() && (
            <button type='button' onClick={() => setAsking('stop')}>
              Stop …
            </button>
          )}
          {props.mayGoBack && (
            <button
              type='button'
              class='danger'
              onClick={() => setAsking('back')}
            >
              Roll back …
            </button>
          )}
        </span>
      </div>
      <ol class='steps'>
        {rollout.stages.map((stage, i) => (
          <li
            key={i}
            class={`step-${stateOf(i + 1)}`}
            aria-current={running && i + 1 === rollout.stage ? 'step' : undefined}
            title={at(i + 1).join(', ')}
          >
            {stage.length > 40 ? `${stage.slice(0, 40)}…` : stage}{' '}
            {(running || at(i + 1).length > 0) && (
              <span class='fine'>
                {at(i + 1).length} {at(i + 1).length === 1 ? 'camera' : 'cameras'}
              </span>
            )}
          </li>
        ))}
      </ol>
      {rollout.reason && (
        <p class={rollout.state === 'rolled-back' ? 'failing' : ''}>{rollout.reason}</p>
      )}
      {running && (
        <>
          <p class='fine'>
            Stage {rollout.stage} since <Time at={rollout.stageSince} />
            {rollout.waitsFor.length === 0 ? ': it goes on at the next look.' : ', waits for'}
          </p>
          <ul class='waits'>
            {rollout.waitsFor.map((what) => <li key={what}>{what}</li>)}
          </ul>
        </>
      )}
      {asking && (
        <AskReason
          title={asking === 'stop'
            ? `Stop rollout ${rollout.id}?`
            : `Roll back rollout ${rollout.id}?`}
          hint={asking === 'stop'
            ? 'Cameras that have the model keep it; no other gets it until another rollout.'
            : `${
              rollout.before === null ? '' : `${shortId(rollout.before)} is champion again. `
            }All cameras of this rollout are told at once to use the model they had before.`}
          submit={asking === 'stop' ? 'Stop' : 'Roll back'}
          danger={asking === 'back'}
          act={async (reason) => {
            await (asking === 'stop' ? deliveries.stop : deliveries.rollBack)(rollout.id, reason);
            props.changed();
          }}
          close={() => setAsking(null)}
        />
      )}
    </li>
  );
}

function Cameras({ cameras }: { cameras: readonly Delivery[] }) {
  return (
    <div class='table-box'>
      <table class='cameras'>
        <thead>
          <tr>
            <th scope='col'>Camera</th>
            <th scope='col'>Agent</th>
            <th scope='col'>Serves</th>
            <th scope='col'>Was told</th>
            <th scope='col'>State</th>
            <th scope='col' class='number'>Wafers</th>
            <th scope='col' class='number'>Errors</th>
            <th scope='col' class='number'>Other than before</th>
            <th scope='col' class='number'>A wafer takes</th>
            <th scope='col'>Reported</th>
          </tr>
        </thead>
        <tbody>
          {cameras.flatMap((camera) =>
            camera.agents.length === 0
              ? [<CameraRow key={`${camera.fab}/${camera.camera}`} camera={camera} />]
              : camera.agents.map((agent) => (
                <CameraRow
                  key={`${camera.fab}/${camera.camera} ${agent.agent}`}
                  camera={camera}
                  agent={agent}
                />
              ))
          )}
        </tbody>
      </table>
    </div>
  );
}

const WORDS: Record<AgentReport['state'], string> = {
  serving: 'serves',
  receiving: 'receives',
  checking: 'tries it',
  refused: 'refuses it',
};

function CameraRow({ camera, agent }: { camera: Delivery; agent?: AgentReport }) {
  const name = `${camera.fab}/${camera.camera}`;
  const behind = agent && camera.desired !== null && agent.serving !== camera.desired;
  if (!agent) {
    return (
      <tr>
        <th scope='row'>{name}</th>
        <td colSpan={2} class='fine'>has not spoken of its model</td>
        <td>
          <ModelName id={camera.desired} />
        </td>
        <td colSpan={6} />
      </tr>
    );
  }
  const { counts } = agent;
  const share = counts.compared === 0 ? null : counts.disagreements / counts.compared;
  return (
    <tr>
      <th scope='row'>{name}</th>
      <td>{agent.agent}</td>
      <td>
        <ModelName id={agent.serving} />
      </td>
      <td>
        {camera.desired === null
          ? <span class='fine'>as installed</span>
          : <ModelName id={camera.desired} />}
        {behind && <span class='mark mark-warn override'>not yet</span>}
      </td>
      <td class={agent.state === 'refused' ? 'failing wide' : 'wide'}>
        {WORDS[agent.state]}
        {agent.state === 'receiving' && `, ${agent.received.toLocaleString('en')} bytes`}
        {agent.reason && `: ${agent.reason}`}
      </td>
      <td class='number'>{counts.wafers.toLocaleString('en')}</td>
      <td class={counts.errors > 0 ? 'number failing' : 'number'}>
        {counts.errors.toLocaleString('en')}
      </td>
      <td class='number'>
        {share === null
          ? '–'
          : `${counts.disagreements} of ${counts.compared} (${(share * 100).toFixed(1)} %)`}
      </td>
      <td class='number'>
        {counts.wafers === 0 ? '–' : `${counts.meanMillis.toFixed(1)} ms`}
        {counts.previousMeanMillis > 0 && (
          <span class='fine'>, before {counts.previousMeanMillis.toFixed(1)}</span>
        )}
      </td>
      <td>
        <Time at={agent.reportedAt} relative />
      </td>
    </tr>
  );
}
