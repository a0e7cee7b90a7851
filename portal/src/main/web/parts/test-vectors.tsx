import { useMemo } from 'preact/hooks';
import { type Model, models, type TestVectors } from '../model/api-models.ts';
import { said } from '../model/models.ts';
import { useAnswer } from '../model/use-answer.ts';
import { decode } from '../model/wafer-maps.ts';
import { Empty } from './empty.tsx';
import { PatternName } from './pattern.tsx';
import { MapThumb } from './thumb.tsx';

const PIXELS = 96;

/** The wafer maps that every copy of a model must answer the same. */
export function TestVectorList({ model }: { model: Model }) {
  const { answer, error } = useAnswer(model.id, (signal) => models.vectors(model.id, signal));
  if (!answer) {
    return error ? <Empty title={error} /> : <div aria-busy='true' />;
  }
  return (
    <section class='panel' aria-label='Test vectors'>
      <header class='figures'>
        <h2>{answer.vectors.length} test vectors</h2>
        <p>
          Run at import and on every device before it is used; each number of the graph may differ
          by {answer.tolerance} at most.
        </p>
      </header>
      <ul class='differing'>
        {answer.vectors.map((vector, i) => (
          <li key={i}>
            <Vector vector={vector} classes={model.classes} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Vector(props: { vector: TestVectors['vectors'][number]; classes: readonly string[] }) {
  const { height, width, cells, logits } = props.vector;
  const map = useMemo(() => {
    const dies = cells.replaceAll('0', '').length;
    const failing = cells.split('2').length - 1;
    return decode({
      height,
      width,
      cells,
      dies,
      failing,
      yieldRatio: dies ? 1 - failing / dies : 0,
    });
  }, [cells]);
  const { label, share } = said(logits, props.classes);
  return (
    <div class='vector'>
      <MapThumb map={map} pixels={PIXELS} />
      <PatternName label={label} />
      <span class='fine'>
        {(share * 100).toFixed(1)} %, {width} x {height}
      </span>
    </div>
  );
}
