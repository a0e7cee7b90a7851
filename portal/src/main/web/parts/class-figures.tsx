// Recall and precision of every class, a candidate's beside the champion's.

import type { ClassFigure, ClassRow } from '../model/models.ts';
import { patternClass } from '../model/patterns.ts';
import { ChartPanel } from './chart-panel.tsx';

const WIDTH = 1000;
const ROW = 34;
const TOP = 26;
const NAME = 130;
const PLOT = 390;
const GAP = 44;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

export function ClassFigures({ rows }: { rows: readonly ClassRow[] }) {
  const height = TOP + rows.length * ROW + 8;
  const both = rows.some((row) => row.recall.champion !== null);
  const columns = (name: string) => [
    `${name}`,
    `${name}, champion`,
    `${name}, difference 95 % from`,
    `${name}, difference 95 % to`,
  ];
  const cells = (of: ClassFigure) => [of.value, of.champion, of.low, of.high];
  return (
    <ChartPanel
      title='Recall and precision by class'
      note={both
        ? 'Filled: this model. Hollow: the champion. The line: where this model lies by the 95 % interval of the difference (paired bootstrap by lot).'
        : 'Of the held-out wafers.'}
      file={{
        name: 'classes',
        columns: ['Class', 'Wafers', ...columns('Recall'), ...columns('Precision')],
        rows: rows.map((row) => [
          row.label,
          row.wafers,
          ...cells(row.recall),
          ...cells(row.precision),
        ]),
      }}
    >
      <svg
        class='class-figures'
        viewBox={`0 0 ${WIDTH} ${height}`}
        role='img'
        aria-label='Recall and precision of every class; the table holds the same'
      >
        {(['recall', 'precision'] as const).map((measure, i) => (
          <g key={measure} transform={`translate(${NAME + i * (PLOT + GAP)} 0)`}>
            <text class='name' x={0} y={12}>{measure}</text>
            {TICKS.map((at) => (
              <g key={at}>
                <line class='grid' x1={at * PLOT} x2={at * PLOT} y1={TOP - 6} y2={height - 8} />
                <text class='tick' x={at * PLOT} y={TOP - 9} text-anchor='middle'>
                  {at === 0 ? '' : at}
                </text>
              </g>
            ))}
            {rows.map((row, j) => (
              <Mark key={row.label} row={row} of={row[measure]} y={TOP + j * ROW + ROW / 2} />
            ))}
          </g>
        ))}
        {rows.map((row, j) => (
          <text
            key={row.label}
            class='name'
            x={NAME - 14}
            y={TOP + j * ROW + ROW / 2 + 4}
            text-anchor='end'
          >
            {row.label}
            <tspan class='tick'>{` ${row.wafers}`}</tspan>
          </text>
        ))}
      </svg>
    </ChartPanel>
  );
}

function Mark({ row, of, y }: { row: ClassRow; of: ClassFigure; y: number }) {
  const x = (share: number) => Math.min(1, Math.max(0, share)) * PLOT;
  const worse = of.high !== null && of.high < 0;
  return (
    <g class={patternClass(row.label)}>
      <title>
        {`${row.label}: ${of.value.toFixed(4)}${
          of.champion === null ? '' : `, champion ${of.champion.toFixed(4)}`
        }`}
      </title>
      {of.champion !== null && of.low !== null && of.high !== null && (
        <line
          class={worse ? 'interval worse' : 'interval'}
          x1={x(of.champion + of.low)}
          x2={x(of.champion + of.high)}
          y1={y}
          y2={y}
        />
      )}
      {of.champion !== null && <circle class='champion' cx={x(of.champion)} cy={y} r='6' />}
      <circle class='candidate' cx={x(of.value)} cy={y} r='4.5' />
    </g>
  );
}
