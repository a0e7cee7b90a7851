// What a model is made of: its card, where it is from, the labels it learnt from.

import { type ModelDetail, models, type Snapshot } from '../model/api-models.ts';
import { figure } from '../model/models.ts';
import { useAnswer } from '../model/use-answer.ts';
import { Empty } from './empty.tsx';
import { PatternName } from './pattern.tsx';
import { Time } from './time.tsx';

export function ModelCard({ model }: { model: ModelDetail }) {
  const { provenance } = model;
  const judgedBy = model.verdict?.snapshot;
  return (
    <>
      <section class='panel' aria-label='Card'>
        <header class='figures'>
          <h2>Card</h2>
        </header>
        <dl class='card-facts'>
          <div>
            <dt>Made</dt>
            <dd>
              <Time at={provenance.created} /> by version {provenance.codeVersion}, seed{' '}
              {provenance.seed}
            </dd>
          </div>
          <div>
            <dt>Data</dt>
            <dd>
              {provenance.data} <span class='fine mono'>{provenance.dataSha256.slice(0, 16)}…</span>
            </dd>
          </div>
          <div>
            <dt>Recipe</dt>
            <dd class='mono recipe'>{provenance.command}</dd>
          </div>
          <div>
            <dt>Classes</dt>
            <dd class='classes'>
              {model.classes.map((label) => <PatternName key={label} label={label} />)}
            </dd>
          </div>
          <div>
            <dt>Id, zip</dt>
            <dd class='mono recipe'>
              {model.id}
              <br />
              {model.sha256}
            </dd>
          </div>
        </dl>
        {model.metrics.map((measured, i) => (
          <div key={i} class='measured'>
            <h3>{measured.data}</h3>
            <p class='fine'>{measured.split}</p>
            <dl class='facts-row'>
              {Object.entries(measured.values).slice(0, SHOWN).map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{figure(value)}</dd>
                </div>
              ))}
            </dl>
          </div>
        ))}
      </section>
      {model.snapshot && <SnapshotPanel id={model.snapshot} title='Labels it learnt from' />}
      {judgedBy && judgedBy !== model.snapshot && (
        <SnapshotPanel id={judgedBy} title='Labels the gate judged it by' />
      )}
    </>
  );
}

/** Figures of one measurement on the page; the export has all. */
const SHOWN = 24;

function SnapshotPanel({ id, title }: { id: string; title: string }) {
  const { answer, error } = useAnswer(id, (signal) => models.snapshot(id, signal));
  return (
    <section class='panel' aria-label={title}>
      <header class='figures'>
        <h2>{title}</h2>
        <p class='mono'>{id}</p>
      </header>
      {answer ? <Counts snapshot={answer} /> : error && <Empty title={error} />}
    </section>
  );
}

function Counts({ snapshot }: { snapshot: Snapshot }) {
  const leftOut = Object.entries(snapshot.leftOut);
  return (
    <>
      <p>
        {snapshot.training.toLocaleString('en')} wafers to learn from,{' '}
        {snapshot.heldOut.toLocaleString('en')} held out, of {snapshot.lots.toLocaleString('en')}
        {' '}
        lots.{' '}
        {snapshot.settled > 0 && `${snapshot.settled} disagreements settled by two of three. `}
        {leftOut.length === 0
          ? 'None left out.'
          : `Left out: ${leftOut.map(([why, count]) => `${count} (${why})`).join(', ')}.`}
      </p>
      <div class='table-box counts'>
        <table class='numbers'>
          <thead>
            <tr>
              <th scope='col'>Label</th>
              <th scope='col'>Wafers</th>
            </tr>
          </thead>
          <tbody>
            {Object.entries(snapshot.labels).map(([label, count]) => (
              <tr key={label}>
                <td>
                  <PatternName label={label} />
                </td>
                <td>{count.toLocaleString('en')}</td>
              </tr>
            ))}
            {Object.entries(snapshot.newLabels).map(([label, count]) => (
              <tr key={`new ${label}`}>
                <td>
                  <PatternName label={label} /> <span class='fine'>new, left out</span>
                </td>
                <td>{count.toLocaleString('en')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
