// Two models side by side: what their cards say of the same data, and what the gate measured of
// both on the same held-out wafers.

import { type ModelDetail, models } from '../model/api-models.ts';
import { classRows, figure, shortId, sizeText, STAGE_WORDS } from '../model/models.ts';
import { replaceParams, route } from '../model/route.ts';
import { useAnswer } from '../model/use-answer.ts';
import { useStore } from '../model/use-store.ts';
import { ClassFigures } from './class-figures.tsx';
import { Empty } from './empty.tsx';
import { PatternName } from './pattern.tsx';

export function ModelComparisonPanel({ model }: { model: ModelDetail }) {
  const { params } = useStore(route);
  const list = useAnswer('all', (signal) => models.list(signal));
  const others = (list.answer?.items ?? []).filter((other) => other.id !== model.id);
  const usual = others.find((other) => other.stage === 'champion') ?? others[0];
  const against = others.find((other) => other.id === params.get('with')) ?? usual;
  if (!list.answer) {
    return list.error ? <Empty title={list.error} /> : <div aria-busy='true' />;
  }
  if (!against) {
    return <Empty title='There is no other model to compare with' />;
  }
  return (
    <section class='panel' aria-label='Comparison'>
      <header class='figures'>
        <h2>
          <span class='mono'>{shortId(model.id)}</span> against
        </h2>
        <select
          aria-label='Model to compare with'
          value={against.id}
          onChange={(e) => replaceParams({ with: e.currentTarget.value })}
        >
          {others.map((other) => (
            <option key={other.id} value={other.id}>
              {shortId(other.id)}, {STAGE_WORDS[other.stage]}
            </option>
          ))}
        </select>
      </header>
      <SideBySide key={against.id} model={model} against={against.id} />
    </section>
  );
}

function SideBySide({ model, against }: { model: ModelDetail; against: string }) {
  const { answer, error } = useAnswer(`${model.id} ${against}`, async (signal) => {
    const [comparison, other] = await Promise.all([
      models.compare(model.id, against, signal),
      models.one(against, signal),
    ]);
    return { comparison, other };
  });
  if (!answer) {
    return error ? <Empty title={error} /> : <div aria-busy='true' />;
  }
  const { comparison, other } = answer;
  const same = model.verdict?.snapshot !== undefined &&
    model.verdict.snapshot === other.verdict?.snapshot;
  return (
    <>
      <p>
        {sizeText(comparison.bytes)} and {sizeText(comparison.bytesAgainst)}.{' '}
        <Classes words='Only this one knows' labels={comparison.classesAdded} />{' '}
        <Classes words='Only the other knows' labels={comparison.classesGone} />
      </p>
      {comparison.measured.map((measured, i) => (
        <div key={i} class='measured'>
          <h3>{measured.data}</h3>
          <p class='fine'>
            {measured.split}
            {!measured.both && '. The other model was not measured so.'}
          </p>
          <div class='table-box counts'>
            <table class='numbers'>
              <thead>
                <tr>
                  <th scope='col'>Figure</th>
                  <th scope='col'>{shortId(model.id)}</th>
                  <th scope='col'>{shortId(other.id)}</th>
                  <th scope='col'>Difference</th>
                </tr>
              </thead>
              <tbody>
                {measured.values.map(({ name, value, against: theirs }) => (
                  <tr key={name}>
                    <td>{name}</td>
                    <td>{figure(value)}</td>
                    <td>{figure(theirs)}</td>
                    <td>{theirs === null ? '–' : signed(value - theirs)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </div>
      ))}
      {same
        ? <OnTheSameWafers model={model} other={other} />
        : model.verdict && model.gate?.champion === other.id
        ? <ClassFigures rows={classRows(model.verdict)} />
        : (
          <p class='fine'>
            The gate has not judged both on the same held-out wafers; send both through it to
            compare their classes.
          </p>
        )}
    </>
  );
}

function OnTheSameWafers({ model, other }: { model: ModelDetail; other: ModelDetail }) {
  const theirs = new Map(classRows(other.verdict!).map((row) => [row.label, row]));
  return (
    <div class='measured'>
      <h3>By the gate, on the same held-out wafers</h3>
      <div class='table-box'>
        <table class='numbers'>
          <thead>
            <tr>
              <th scope='col'>Class</th>
              <th scope='col'>Wafers</th>
              <th scope='col'>Recall {shortId(model.id)}</th>
              <th scope='col'>{shortId(other.id)}</th>
              <th scope='col'>Precision {shortId(model.id)}</th>
              <th scope='col'>{shortId(other.id)}</th>
            </tr>
          </thead>
          <tbody>
            {classRows(model.verdict!).map((row) => (
              <tr key={row.label}>
                <td>
                  <PatternName label={row.label} />
                </td>
                <td>{row.wafers}</td>
                <td>{figure(row.recall.value)}</td>
                <td>{figure(theirs.get(row.label)?.recall.value)}</td>
                <td>{figure(row.precision.value)}</td>
                <td>{figure(theirs.get(row.label)?.precision.value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Classes({ words, labels }: { words: string; labels: readonly string[] }) {
  return labels.length === 0 ? null : (
    <>
      {words}: {labels.join(', ')}.
    </>
  );
}

const signed = (value: number) => `${value >= 0 ? '+' : '−'}${Math.abs(value).toFixed(4)}`;
