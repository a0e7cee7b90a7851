// Patterns by how many wafers have them, with the running share of all that have one.

import { percent } from '../model/analytics.ts';
import { analytics, type Selection } from '../model/api-analytics.ts';
import { patternClass } from '../model/patterns.ts';
import { patternGallery } from '../model/selection-links.ts';
import { useAnswer } from '../model/use-answer.ts';
import { ChartPanel } from './chart-panel.tsx';
import { Empty } from './empty.tsx';

const WIDTH = 1000;
const ROW = 30;
const NAME = 150;
const BARS = 560;

export function ParetoChart({ selection }: { selection: Selection }) {
  const { answer, error } = useAnswer(
    JSON.stringify(selection),
    (signal) => analytics.pareto(selection, signal),
  );
  if (error) {
    return <Empty title={error} />;
  }
  if (!answer) {
    return <div aria-busy='true' />;
  }
  if (answer.patterns.length === 0) {
    return <Empty title='No wafer with a pattern in this selection' hint='Choose a longer time.' />;
  }
  const most = answer.patterns.reduce((high, p) => Math.max(high, p.high), 0);
  const length = (share: number) => (share / most) * BARS;
  const file = {
    name: 'patterns',
    columns: ['Pattern', 'Wafers', 'Share', '95 % from', '95 % to', 'Cumulative'],
    rows: answer.patterns.map((p) => [p.pattern, p.wafers, p.share, p.low, p.high, p.cumulative]),
  };
  return (
    <ChartPanel
      title='Patterns, most frequent first'
      note={`${answer.defects.toLocaleString('en')} of ${
        answer.wafers.toLocaleString('en')
      } wafers have one; lines show 95 %`}
      file={file}
    >
      <svg
        class='pareto'
        viewBox={`0 0 ${WIDTH} ${answer.patterns.length * ROW}`}
        role='group'
        aria-label='Patterns by frequency; the table holds the same'
      >
        {answer.patterns.map((p, i) => (
          <g key={p.pattern} class={patternClass(p.pattern)}>
            <a
              href={patternGallery(selection, p.pattern)}
              aria-label={`Wafers with ${p.pattern}`}
            >
              <text class='name' x={NAME - 8} y={i * ROW + 19} text-anchor='end'>{p.pattern}</text>
            </a>
            <rect
              class='bar'
              x={NAME}
              y={i * ROW + 6}
              width={Math.max(1, length(p.share))}
              height={ROW - 12}
            />
            <line
              class='interval'
              x1={NAME + length(p.low)}
              x2={NAME + length(p.high)}
              y1={i * ROW + ROW / 2}
              y2={i * ROW + ROW / 2}
            />
            <text class='tick' x={NAME + length(p.high) + 10} y={i * ROW + 19}>
              {`${percent(p.share)}, ${p.wafers.toLocaleString('en')}; together ${
                percent(p.cumulative)
              }`}
            </text>
          </g>
        ))}
      </svg>
    </ChartPanel>
  );
}
