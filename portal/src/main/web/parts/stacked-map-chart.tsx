// Where on the wafer dies fail, over all wafers of a selection.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { type Table, worst } from '../model/analytics.ts';
import { analytics, type Selection, type Stack } from '../model/api-analytics.ts';
import { useAnswer } from '../model/use-answer.ts';
import { ChartPanel } from './chart-panel.tsx';
import { Empty } from './empty.tsx';
import { highestShare, StackCanvas, StackLegend } from './stack-canvas.tsx';

const WORST = 20;

export function StackedMapChart({ selection }: { selection: Selection }) {
  const [size, setSize] = useState<string | null>(null);
  const [height, width] = size?.split('x').map(Number) ?? [];
  const { answer, error } = useAnswer(
    JSON.stringify([selection, size]),
    (signal) => analytics.stackedMap({ ...selection, height, width }, signal),
  );
  if (error) {
    return <Empty title={error} />;
  }
  if (!answer) {
    return <div aria-busy='true' />;
  }
  const sizes = answer.sizes.length > 1 && (
    <select
      aria-label='Size of the wafer maps'
      value={size ?? ''}
      onChange={(e) => setSize(e.currentTarget.value || null)}
    >
      <option value=''>most frequent size</option>
      {answer.sizes.map((s) => (
        <option key={`${s.height}x${s.width}`} value={`${s.height}x${s.width}`}>
          {`${s.height} × ${s.width} dies, ${s.wafers.toLocaleString('en')} wafers`}
        </option>
      ))}
    </select>
  );
  if (!answer.map) {
    return (
      <>
        {sizes}
        <Empty
          title='No wafer map in this selection'
          hint='Wafer maps are counted as their images come.'
        />
      </>
    );
  }
  return <Stacked stack={answer.map} sizes={sizes} />;
}

function Stacked({ stack, sizes }: { stack: Stack; sizes: ComponentChildren }) {
  const columns = ['Row', 'Column', 'Dies', 'Failing', 'Share'];
  const rows = (most: number): Table => ({
    name: 'stacked-map',
    columns,
    rows: worst(stack, most).map((p) => [p.row, p.column, p.dies, p.failing, p.share]),
  });
  return (
    <ChartPanel
      title='Failing share by position'
      note={
        <>
          {`${stack.wafers.toLocaleString('en')} wafers of ${stack.height} × ${stack.width} dies${
            stack.diesPerPosition > 1 ? `, ${stack.diesPerPosition}² dies a position` : ''
          } `}
          {sizes}
        </>
      }
      file={rows(stack.dies.length)}
      shown={rows(WORST)}
    >
      <StackCanvas stack={stack} />
      <StackLegend highest={highestShare(stack)} />
    </ChartPanel>
  );
}
