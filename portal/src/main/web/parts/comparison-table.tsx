// The selection beside another: is the difference more than chance?

import { useState } from 'preact/hooks';
import { percent, probability } from '../model/analytics.ts';
import { analytics, type Difference, type Selection } from '../model/api-analytics.ts';
import { devices } from '../model/devices.ts';
import { useAnswer } from '../model/use-answer.ts';
import { useStore } from '../model/use-store.ts';
import { ChartPanel } from './chart-panel.tsx';
import { Empty } from './empty.tsx';

const WIDTH = 1000;
const ROW = 30;
const NAME = 180;
const MIDDLE = 460;
const REACH = 260;

/** A difference that chance makes more rarely is marked. */
const LEVEL = 0.05;

interface Row extends Difference {
  name: string;
  p: number | null;
}

export function ComparisonTable({ selection }: { selection: Selection }) {
  const { fabs } = useStore(devices);
  const [camera, setCamera] = useState('same');
  const [time, setTime] = useState<'before' | 'same'>('before');
  const [product, setProduct] = useState<string | null>(null);
  const other = otherOf(selection, camera, time, product);
  const { answer, error } = useAnswer(
    JSON.stringify([selection, other]),
    (signal) => analytics.compare(selection, other, signal),
  );
  const cameras = fabs.flatMap((f) => f.cameras.map((c) => `${f.fab}/${c.camera}`));
  return (
    <>
      <p class='chart-choices'>
        <span>Compare the selection above with</span>
        <select
          aria-label='Camera to compare with'
          value={camera}
          onChange={(e) => setCamera(e.currentTarget.value)}
        >
          <option value='same'>the same cameras</option>
          <option value='all'>all cameras</option>
          {cameras.map((name) => <option key={name} value={name}>{name.replace('/', ' / ')}
          </option>)}
        </select>
        <select
          aria-label='Time to compare with'
          value={time}
          onChange={(e) => setTime(e.currentTarget.value as 'before' | 'same')}
        >
          <option value='before'>as long before</option>
          <option value='same'>at the same time</option>
        </select>
        <input
          class='lot'
          type='search'
          aria-label='Product to compare with'
          placeholder='the same product'
          maxLength={256}
          value={product ?? ''}
          onChange={(e) => setProduct(e.currentTarget.value.trim() || null)}
        />
      </p>
      {error
        ? <Empty title={error} />
        : !answer
        ? <div aria-busy='true' />
        : !answer.defectRate
        ? (
          <Empty
            title='One of the two has no wafers'
            hint={`Selected: ${answer.first.wafers} wafers, the other: ${answer.second.wafers}. ` +
              'Choose a shorter time, so that there is as much before it.'}
          />
        )
        : (
          <Differences
            rows={[
              { name: 'Wafers with a pattern', ...answer.defectRate, p: answer.defectRate.pValue },
              ...(answer.meanYield
                ? [{ name: 'Mean yield', ...answer.meanYield, p: answer.meanYield.pValue }]
                : []),
              ...answer.patterns.map((d) => ({ name: d.pattern, ...d, p: d.adjustedPValue })),
            ]}
            note={`${answer.first.wafers.toLocaleString('en')} wafers against ${
              answer.second.wafers.toLocaleString('en')
            }; lines show 95 %; p-values of patterns are adjusted (Holm)`}
          />
        )}
    </>
  );
}

function otherOf(
  selection: Selection,
  camera: string,
  time: 'before' | 'same',
  product: string | null,
): Selection {
  const from = selection.fromts ?? 0;
  const to = selection.tots ?? 0;
  const times = time === 'same' ? {} : { fromts: Math.max(0, 2 * from - to), tots: from };
  const [fab, name] = camera.split('/');
  const place = camera === 'same'
    ? {}
    : camera === 'all'
    ? { fab: undefined, camera: undefined }
    : { fab, camera: name };
  return { ...selection, ...times, ...place, ...(product ? { product } : {}) };
}

/** A difference of shares, in points of a hundred, with its sign. */
function points(difference: number): string {
  const text = (100 * difference).toFixed(1);
  return Number(text) > 0 ? `+${text}` : text.replace('-', '−');
}

function Differences({ rows, note }: { rows: Row[]; note: string }) {
  const most = rows.reduce(
    (high, r) => Math.max(high, Math.abs(r.low), Math.abs(r.high)),
    0.001,
  );
  const x = (value: number) => MIDDLE + (value / most) * REACH;
  const real = (r: Row) => r.p !== null && r.p < LEVEL;
  const file = {
    name: 'comparison',
    columns: [
      '',
      'Selected',
      'Other',
      'Difference',
      '95 % from',
      '95 % to',
      'p',
      'More than chance',
    ],
    rows: rows.map((r) => [
      r.name,
      r.first,
      r.second,
      r.difference,
      r.low,
      r.high,
      r.p,
      real(r) ? 'yes' : 'no',
    ]),
  };
  return (
    <ChartPanel title='Differences' note={note} file={file}>
      <svg
        class='differences'
        viewBox={`0 0 ${WIDTH} ${rows.length * ROW}`}
        role='img'
        aria-label='Differences with their intervals; the table holds the same'
      >
        <line class='centre' x1={MIDDLE} x2={MIDDLE} y1='0' y2={rows.length * ROW} />
        {rows.map((r, i) => (
          <g key={r.name} class={real(r) ? 'real' : 'chance'}>
            <text class='name' x={NAME - 8} y={i * ROW + 19} text-anchor='end'>{r.name}</text>
            <line
              class='interval'
              x1={x(r.low)}
              x2={x(r.high)}
              y1={i * ROW + 15}
              y2={i * ROW + 15}
            />
            <path d={`M${x(r.difference)} ${i * ROW + 8}l6 7l-6 7l-6 -7z`} />
            <text class='figure' x={WIDTH - 4} y={i * ROW + 19} text-anchor='end'>
              {`${points(r.difference)} (${points(r.low)} to ${points(r.high)}) points`}
            </text>
            <title>
              {`${percent(r.first)} against ${percent(r.second)}, p ${probability(r.p)}`}
            </title>
          </g>
        ))}
      </svg>
    </ChartPanel>
  );
}
