// A square a day: weeks from the left, Monday at the top.

import { DAY, percent, placeInCalendar } from '../model/analytics.ts';
import { analytics, type Measure, type Selection } from '../model/api-analytics.ts';
import { useAnswer } from '../model/use-answer.ts';
import { ChartPanel } from './chart-panel.tsx';
import { Empty } from './empty.tsx';
import { StackLegend } from './stack-canvas.tsx';

const SQUARE = 26;
const LEFT = 40;
const TOP = 20;
const STEPS = 5;
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

export function CalendarChart(
  props: {
    selection: Selection;
    measure: Measure;
    choose: (day: { from: number; to: number }) => void;
  },
) {
  const { selection, measure } = props;
  const query = { measure, bucket: 'day', rules: 'western-electric', baseline: 'estimated' };
  const { answer, error } = useAnswer(
    JSON.stringify([selection, query]),
    (signal) => analytics.chart(selection, query, signal),
  );
  if (error) {
    return <Empty title={error} />;
  }
  if (!answer) {
    return <div aria-busy='true' />;
  }
  const { points } = answer;
  if (points.length === 0) {
    return <Empty title='No wafers in this selection' hint='Choose a longer time.' />;
  }
  const first = points[0]!.start;
  const highest = points.reduce((most, p) => Math.max(most, p.share), 0);
  const weeks = placeInCalendar(first, points.at(-1)!.start).week + 1;
  const file = {
    name: `calendar-${measure}`,
    columns: ['Day (UTC)', 'Counted', 'Of', 'Share'],
    rows: points.map((p) => [p.startAt.slice(0, 10), p.defective, p.inspected, p.share]),
  };
  return (
    <ChartPanel
      title={measure === 'loss' ? 'Failing dies by day' : 'Wafers with a pattern by day'}
      note='days are the hub’s, in UTC'
      file={file}
    >
      <div class='calendar-box'>
        <svg
          class='calendar'
          width={LEFT + weeks * SQUARE}
          height={TOP + 7 * SQUARE}
          role='img'
          aria-label='Share by day; the table holds the same'
        >
          {WEEKDAYS.map((name, i) => (
            <text key={name} class='tick' x={LEFT - 6} y={TOP + i * SQUARE + 17} text-anchor='end'>
              {name}
            </text>
          ))}
          {points.map((p) => {
            const { week, weekday } = placeInCalendar(first, p.start);
            const step = highest ? Math.ceil((p.share / highest) * STEPS) : 0;
            return (
              <g
                key={p.start}
                class='day'
                onClick={() => props.choose({ from: p.start, to: p.start + DAY - 1 })}
              >
                <title>{`${p.startAt.slice(0, 10)}: ${percent(p.share)} of ${p.inspected}`}</title>
                {(weekday === 0 || p === points[0]) && week % 4 === 0 && (
                  <text class='tick' x={LEFT + week * SQUARE} y='13'>{p.startAt.slice(5, 10)}</text>
                )}
                <rect
                  class={`stack-fill-${step}`}
                  x={LEFT + week * SQUARE + 1}
                  y={TOP + weekday * SQUARE + 1}
                  width={SQUARE - 2}
                  height={SQUARE - 2}
                  rx='3'
                />
              </g>
            );
          })}
        </svg>
      </div>
      <StackLegend highest={highest} />
    </ChartPanel>
  );
}
