// Whether the champion still fits what comes: drift of every camera, coverage of the sets.

import { useState } from 'preact/hooks';
import { type Coverage, type Watch, type WatchedCamera, watches } from '../model/api-models.ts';
import { percent } from '../model/analytics.ts';
import { mayApprove } from '../model/session.ts';
import { href } from '../model/route.ts';
import { usePolled } from '../model/use-polled.ts';
import { AskReason } from '../parts/ask-reason.tsx';
import { Empty } from '../parts/empty.tsx';
import { LimitBar } from '../parts/limit-bar.tsx';
import { PatternName } from '../parts/pattern.tsx';
import { Time } from '../parts/time.tsx';

const POLL_MILLIS = 10_000;

export function WatchTab() {
  const { answer, error, refresh } = usePolled('watch', POLL_MILLIS, watches.all);
  if (!answer) {
    return error ? <Empty title={error} /> : <div aria-busy='true' />;
  }
  return (
    <>
      {error && <p class='error' role='alert'>{error}</p>}
      <Drift watch={answer} changed={refresh} />
      <CoverageTable coverage={answer.coverage} />
    </>
  );
}

function Drift({ watch: { cameras }, changed }: { watch: Watch; changed: () => void }) {
  const [asking, setAsking] = useState<WatchedCamera | null>(null);
  const drifting =
    cameras.filter((camera) =>
      camera.outputs?.drifting || camera.inputs.some((input) => input.drifting)
    ).length;
  return (
    <section class='panel' aria-label='Drift'>
      <header class='figures'>
        <h1>Watch</h1>
        <p>
          {drifting === 0 ? 'No camera drifts' : `${drifting} of ${cameras.length} cameras drift`}.
          {' '}
          Each camera’s recent wafers against its own earlier ones: a value above its limit is
          drift.
        </p>
      </header>
      {cameras.length === 0
        ? <p class='fine'>No camera has wafers enough to be watched yet.</p>
        : (
          <div class='table-box'>
            <table>
              <thead>
                <tr>
                  <th scope='col'>Camera</th>
                  <th scope='col'>Measure</th>
                  <th scope='col' class='number'>Value</th>
                  <th scope='col' class='number'>Limit</th>
                  <th scope='col'>Value of limit</th>
                  <th scope='col'>Verdict</th>
                  <th scope='col'>Recent wafers</th>
                  <td />
                </tr>
              </thead>
              <tbody>
                {cameras.flatMap((camera) => rowsOf(camera, () => setAsking(camera)))}
              </tbody>
            </table>
          </div>
        )}
      {asking && (
        <AskReason
          title={`Is ${asking.fab}/${asking.camera} as it should be now?`}
          hint='Its next wafers become what later ones are held against; its alarm of drift ends.'
          submit='Begin anew'
          ask='nothing'
          act={async () => {
            await watches.beginAnew(asking.fab, asking.camera);
            changed();
          }}
          close={() => setAsking(null)}
        />
      )}
    </section>
  );
}

function rowsOf(camera: WatchedCamera, ask: () => void) {
  const measures = [
    ...camera.inputs,
    ...(camera.outputs ? [{ measure: 'labels given', ...camera.outputs }] : []),
  ];
  const name = `${camera.fab}/${camera.camera}`;
  return measures.map((one, i) => (
    <tr key={`${name} ${one.measure}`} class={i === 0 ? 'first-of-camera' : ''}>
      <th scope='row'>
        {i === 0
          ? <a href={href('wafers', { fab: camera.fab, camera: camera.camera })}>{name}</a>
          : <span class='unseen'>{name}</span>}
      </th>
      <td>
        {one.measure}
        {one.measure === 'labels given' && camera.outputs && camera.outputs.labels.length > 0 && (
          <details>
            <summary>by label</summary>
            <LabelShares labels={camera.outputs.labels} />
          </details>
        )}
      </td>
      <td class='number'>{one.value === null ? '–' : one.value.toFixed(3)}</td>
      <td class='number'>{one.value === null ? '–' : one.limit.toFixed(3)}</td>
      <td>
        {one.value !== null && (
          <LimitBar
            value={one.value}
            limit={one.limit}
            over={one.drifting}
            name={`${name}, ${one.measure}`}
          />
        )}
      </td>
      <td>
        {one.value === null
          ? <span class='fine'>too few wafers</span>
          : one.drifting
          ? <span class='mark mark-bad'>drifts</span>
          : <span class='passing'>as before</span>}
      </td>
      <td>
        {i === 0 && camera.recent && (
          <>
            {camera.recent.wafers.toLocaleString('en')} since <Time at={camera.recent.from} />
            {camera.reference && (
              <span class='fine'>, against {camera.reference.wafers.toLocaleString('en')}</span>
            )}
          </>
        )}
      </td>
      <td class='actions'>
        {i === 0 && mayApprove() && (
          <button type='button' aria-label={`Begin anew with ${name}`} onClick={ask}>
            Begin anew …
          </button>
        )}
      </td>
    </tr>
  ));
}

function LabelShares(props: { labels: { label: string; reference: number; recent: number }[] }) {
  return (
    <table class='numbers inner'>
      <thead>
        <tr>
          <th scope='col'>Label</th>
          <th scope='col'>Before</th>
          <th scope='col'>Now</th>
        </tr>
      </thead>
      <tbody>
        {props.labels.map((l) => (
          <tr key={l.label}>
            <td>
              <PatternName label={l.label} />
            </td>
            <td>{percent(l.reference)}</td>
            <td>{percent(l.recent)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function CoverageTable({ coverage }: { coverage: readonly Coverage[] }) {
  const tightened = coverage.filter((one) => one.tightened).length;
  return (
    <section class='panel' aria-label='Coverage'>
      <header class='figures'>
        <h2>Coverage of the sets</h2>
        <p>
          How often a model’s set of classes holds what a person said, and how often it promises to.
          {' '}
          {tightened > 0 && `${tightened} tightened: its sets are wider until it covers again.`}
        </p>
      </header>
      {coverage.length === 0
        ? <p class='fine'>The champion gives no sets, or nobody reviewed its wafers yet.</p>
        : (
          <div class='table-box'>
            <table>
              <thead>
                <tr>
                  <th scope='col'>Label</th>
                  <th scope='col' class='number'>Reviewed</th>
                  <th scope='col' class='number'>Covered</th>
                  <th scope='col' class='number'>Share</th>
                  <th scope='col' class='number'>Promised</th>
                  <th scope='col'>Share of all, and the promise</th>
                  <th scope='col'>Verdict</th>
                </tr>
              </thead>
              <tbody>
                {coverage.map((one) => (
                  <tr key={one.label}>
                    <th scope='row'>
                      <PatternName label={one.label} />
                    </th>
                    <td class='number'>{one.reviewed.toLocaleString('en')}</td>
                    <td class='number'>{one.covered.toLocaleString('en')}</td>
                    <td class='number'>{percent(one.share)}</td>
                    <td class='number'>{percent(one.stated)}</td>
                    <td>
                      <LimitBar
                        value={one.share}
                        limit={one.stated}
                        over={one.slipping}
                        name={`${one.label}, coverage`}
                        whole={1}
                      />
                    </td>
                    <td>
                      {one.slipping
                        ? <span class='mark mark-bad'>slips</span>
                        : one.share === null
                        ? <span class='fine'>not reviewed</span>
                        : <span class='passing'>covers</span>}
                      {one.tightened && <span class='mark mark-warn override'>tightened</span>}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
    </section>
  );
}
