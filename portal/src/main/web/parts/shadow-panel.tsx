// A model in test beside the champion: where they agree, where they differ, who is right.

import { percent } from '../model/analytics.ts';
import { waferPath } from '../model/api-wafers.ts';
import { models, type Shadow } from '../model/api-models.ts';
import { patternClass } from '../model/patterns.ts';
import { href } from '../model/route.ts';
import { usePolled } from '../model/use-polled.ts';
import { keyText } from '../model/wafer-key.ts';
import { ChartPanel } from './chart-panel.tsx';
import { Empty } from './empty.tsx';
import { PatternName } from './pattern.tsx';
import { Thumb } from './thumb.tsx';
import { Time } from './time.tsx';

const POLL_MILLIS = 5_000;
const THUMB_PIXELS = 84;
const WIDTH = 1000;
const ROW = 34;
const NAME = 130;
const BARS = 640;

export function ShadowPanel({ model }: { model: string }) {
  const { answer, error } = usePolled(
    model,
    POLL_MILLIS,
    (signal) => models.shadow(model, signal),
  );
  if (!answer) {
    return error ? <Empty title={error} /> : <div aria-busy='true' />;
  }
  if (answer.wafers === 0) {
    return (
      <Empty
        title='No wafer was seen in shadow yet'
        hint='While a model is in test, every wafer that arrives is classified by it, too.'
      />
    );
  }
  return (
    <>
      <Agreement shadow={answer} />
      <Reviewed reviewed={answer.reviewed} />
      <Differing shadow={answer} />
    </>
  );
}

function Agreement({ shadow }: { shadow: Shadow }) {
  const most = shadow.labels.reduce((high, l) => Math.max(high, l.champion, l.candidate), 1);
  const length = (wafers: number) => (wafers / most) * BARS;
  return (
    <ChartPanel
      title={`Agrees with the champion on ${percent(shadow.agreement)} of ${
        shadow.wafers.toLocaleString('en')
      } wafers`}
      note={
        <>
          Since <Time at={shadow.since} />. {shadow.failed > 0 && `It failed on ${shadow.failed}. `}
          {shadow.unseen > 0 && `${shadow.unseen} had no wafer map. `}
          Upper bar: the champion said it. Lower: this model. Filled: both did.
        </>
      }
      file={{
        name: 'shadow',
        columns: ['Label', 'Champion', 'This model', 'Both', 'Share of the champion’s'],
        rows: shadow.labels.map((l) => [
          l.label,
          l.champion,
          l.candidate,
          l.same,
          l.champion === 0 ? null : l.same / l.champion,
        ]),
      }}
    >
      <svg
        class='shadow-chart'
        viewBox={`0 0 ${WIDTH} ${shadow.labels.length * ROW}`}
        role='img'
        aria-label='Wafers of each label by either model; the table holds the same'
      >
        {shadow.labels.map((l, i) => (
          <g key={l.label} class={patternClass(l.label)} transform={`translate(0 ${i * ROW})`}>
            <text class='name' x={NAME - 10} y={21} text-anchor='end'>{l.label}</text>
            <rect class='said' x={NAME} y={5} width={length(l.champion)} height={10} />
            <rect class='both' x={NAME} y={5} width={length(l.same)} height={10} />
            <rect class='said' x={NAME} y={18} width={length(l.candidate)} height={10} />
            <rect class='both' x={NAME} y={18} width={length(l.same)} height={10} />
            <text
              class='tick'
              x={NAME + length(Math.max(l.champion, l.candidate)) + 10}
              y={21}
            >
              {`${l.champion} and ${l.candidate}, both ${l.same}`}
            </text>
          </g>
        ))}
      </svg>
    </ChartPanel>
  );
}

function Reviewed({ reviewed }: { reviewed: Shadow['reviewed'] }) {
  return (
    <section class='panel' aria-label='Against reviews'>
      <header class='figures'>
        <h2>Against reviews</h2>
        <p>
          {reviewed.wafers === 0
            ? 'Nobody reviewed one of these wafers yet.'
            : `Of ${reviewed.wafers.toLocaleString('en')} reviewed wafers this model is right on ${
              percent(reviewed.candidateRight / reviewed.wafers)
            }, the champion on ${percent(reviewed.championRight / reviewed.wafers)}.`}
        </p>
      </header>
      {reviewed.labels.length > 0 && (
        <div class='table-box'>
          <table class='numbers'>
            <thead>
              <tr>
                <th scope='col'>A person said</th>
                <th scope='col'>Wafers</th>
                <th scope='col'>This model right</th>
                <th scope='col'>Champion right</th>
              </tr>
            </thead>
            <tbody>
              {reviewed.labels.map((l) => (
                <tr key={l.label}>
                  <td>
                    <PatternName label={l.label} />
                  </td>
                  <td>{l.wafers}</td>
                  <td class={l.candidateRight < l.championRight ? 'failing' : ''}>
                    {l.candidateRight}
                  </td>
                  <td>{l.championRight}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Differing({ shadow }: { shadow: Shadow }) {
  if (shadow.differing.length === 0) {
    return null;
  }
  return (
    <section class='panel' aria-label='Where they differ'>
      <header class='figures'>
        <h2>Where they differ</h2>
        <p>The newest {shadow.differing.length}.</p>
      </header>
      <ul class='differing'>
        {shadow.differing.map((wafer) => (
          <li key={keyText(wafer)}>
            <a
              href={href('wafers', { fab: wafer.fab, camera: wafer.camera, w: keyText(wafer) })}
              title={`${wafer.imgid}, ${wafer.fab} / ${wafer.camera}`}
            >
              <Thumb
                wafer={{
                  imageUrl: waferPath(wafer, '/image'),
                  waferMapUrl: waferPath(wafer, '/wafermap'),
                }}
                pixels={THUMB_PIXELS}
              />
              <span class='fine'>this model</span>
              <PatternName label={wafer.candidate} />
              <span class='fine'>champion</span>
              <PatternName label={wafer.champion} />
              {wafer.review && (
                <>
                  <span class='fine'>a person</span>
                  <PatternName label={wafer.review} />
                </>
              )}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
