// Lots with their stacked maps, the last seen first.

import { useEffect, useState } from 'preact/hooks';
import { percent } from '../model/analytics.ts';
import { analytics, type LotRow, type Selection, type Stack } from '../model/api-analytics.ts';
import { href, replaceParams } from '../model/route.ts';
import { localTime } from '../model/time.ts';
import { useAnswer } from '../model/use-answer.ts';
import { ChartPanel } from './chart-panel.tsx';
import { Empty } from './empty.tsx';
import { StackCanvas } from './stack-canvas.tsx';

export function LotGallery({ selection }: { selection: Selection }) {
  const key = JSON.stringify(selection);
  const first = useAnswer(key, (signal) => analytics.lots(selection, null, signal));
  const [more, setMore] = useState<{ items: LotRow[]; next: string | null } | null>(null);
  useEffect(() => setMore(null), [key]);
  if (first.error) {
    return <Empty title={first.error} />;
  }
  if (!first.answer) {
    return <div aria-busy='true' />;
  }
  const items = [...first.answer.items, ...(more?.items ?? [])];
  const next = more ? more.next : first.answer.next;
  if (items.length === 0) {
    return <Empty title='No lot in this selection' hint='Lots are named by the wafers’ files.' />;
  }
  const further = () =>
    analytics.lots(selection, next).then((page) =>
      setMore({ items: [...(more?.items ?? []), ...page.items], next: page.next })
    );
  const file = {
    name: 'lots',
    columns: ['Lot', 'Fab', 'Camera', 'Product', 'Last', 'Wafers', 'Defect rate', 'Yield'],
    rows: items.map((l) => [
      l.lot,
      l.fab,
      l.camera,
      l.product,
      new Date(l.last).toISOString(),
      l.wafers,
      l.defectRate,
      l.yieldRatio,
    ]),
  };
  return (
    <ChartPanel title='Lots, last seen first' file={file}>
      <ul class='lot-cards'>
        {items.map((lot) => (
          <LotCard key={`${lot.lot}/${lot.fab}/${lot.camera}/${lot.product}`} lot={lot} />
        ))}
      </ul>
      {next && <button type='button' class='more' onClick={() => void further()}>More lots</button>}
    </ChartPanel>
  );
}

function LotCard({ lot }: { lot: LotRow }) {
  const [stack, setStack] = useState<Stack | null>(null);
  const { fab, camera, product } = lot;
  useEffect(() => {
    const abort = new AbortController();
    if (lot.measured > 0) {
      analytics.stackedMap({ fab, camera, product, lot: lot.lot }, abort.signal).then(
        (answer) => setStack(answer.map),
        () => setStack(null),
      );
    }
    return () => abort.abort();
  }, [lot.lot, fab, camera, product]);
  return (
    <li class='lot-card'>
      {stack ? <StackCanvas stack={stack} /> : <span class='no-stack'>no wafer map</span>}
      <b>{lot.lot}</b>
      <span>{`${fab} / ${camera}, ${product}`}</span>
      <span>{localTime(lot.last, Date.now())}</span>
      <span>
        {`${lot.wafers} wafers, ${percent(lot.defectRate)} with a pattern, yield ${
          percent(lot.yieldRatio)
        }`}
      </span>
      <span>
        <a href={href('wafers', { lot: lot.lot })}>Wafers</a>{' '}
        <button
          type='button'
          class='link'
          onClick={() => replaceParams({ lot: lot.lot, chart: 'pareto' })}
        >
          Patterns
        </button>
      </span>
    </li>
  );
}
