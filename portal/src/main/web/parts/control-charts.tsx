// p-chart, EWMA and CUSUM of a selection, and the limits that a person froze for it.

import { useState } from 'preact/hooks';
import { percent, type Table } from '../model/analytics.ts';
import { waferGallery } from '../model/selection-links.ts';
import {
  analytics,
  type ControlChart,
  type ControlPoint,
  type Measure,
  type Selection,
} from '../model/api-analytics.ts';
import { session } from '../model/session.ts';
import { localDate } from '../model/time.ts';
import { BUCKET_MILLIS, pointName } from '../model/trend.ts';
import { useAnswer } from '../model/use-answer.ts';
import { useStore } from '../model/use-store.ts';
import { ChartPanel } from './chart-panel.tsx';
import { ControlLine, type LinePoint } from './control-line.tsx';
import { Empty } from './empty.tsx';

const SHOWN_SIGNALS = ['ewma', 'cusum'];
const DECISION = 5;

export function ControlCharts(
  props: { selection: Selection; measure: Measure; bucket: 'hour' | 'day' },
) {
  const { selection, measure, bucket } = props;
  const [rules, setRules] = useState('western-electric');
  const [baseline, setBaseline] = useState('frozen');
  const [asked, setAsked] = useState(0);
  const query = { measure, bucket, rules, baseline };
  const { answer, error } = useAnswer(
    JSON.stringify([selection, query, asked]),
    (signal) => analytics.chart(selection, query, signal),
  );
  if (error) {
    return <Empty title={error} hint='Choose a shorter time, or fewer wafers.' />;
  }
  if (!answer) {
    return <div aria-busy='true' />;
  }
  if (answer.points.length === 0) {
    return (
      <Empty
        title='No wafers in this selection'
        hint={measure === 'loss'
          ? 'Failing dies are known where images, or files with counts, came.'
          : 'Choose a longer time, or another product.'}
      />
    );
  }
  return (
    <>
      <p class='chart-choices'>
        <label>
          Rules{' '}
          <select value={rules} onChange={(e) => setRules(e.currentTarget.value)}>
            <option value='western-electric'>Western Electric</option>
            <option value='nelson'>Nelson</option>
          </select>
        </label>
        <label>
          Limits{' '}
          <select value={baseline} onChange={(e) => setBaseline(e.currentTarget.value)}>
            <option value='frozen'>frozen, where there are</option>
            <option value='estimated'>estimated from what is shown</option>
          </select>
        </label>
        <span>{limitsText(answer)}</span>
        <Freeze
          selection={selection}
          measure={measure}
          bucket={bucket}
          done={() => setAsked((n) => n + 1)}
        />
      </p>
      {props.selection.lot && <p class='note'>A lot has no time of its own: all lots are shown.</p>}
      <Charts chart={answer} selection={selection} />
    </>
  );
}

function limitsText(chart: ControlChart): string {
  const b = chart.baseline;
  return b
    ? `Limits: version ${b.version}, of ${localDate(b.from)} to ${
      localDate(b.to)
    }, frozen by ${b.madeBy}${b.comment ? ` (${b.comment})` : ''}.`
    : 'Limits are estimated from the points shown: freeze them from a time that was good.';
}

function Charts({ chart, selection }: { chart: ControlChart; selection: Selection }) {
  const { points, bucket } = chart;
  const wafersAt = (at: number) => waferGallery(selection, at, at + BUCKET_MILLIS[bucket] - 1);
  const line = (of: (p: ControlPoint) => Omit<LinePoint, 'at'>) =>
    points.map((p) => ({ at: p.start, ...of(p) }));
  const sigmas = (value: number) => value.toFixed(1);
  const table: Table = {
    name: `control-chart-${chart.measure}`,
    columns: [
      'From',
      'Counted',
      'Of',
      'Share',
      'Lower limit',
      'Upper limit',
      'EWMA',
      'EWMA limit',
      'CUSUM up',
      'CUSUM down',
      'Broken',
    ],
    rows: [...points].reverse().map((p) => [
      pointName(p.start, bucket),
      p.defective,
      p.inspected,
      p.share,
      p.lower,
      p.upper,
      p.ewma,
      p.ewmaLimit,
      p.cusumUp,
      p.cusumDown,
      p.signals.join('; '),
    ]),
  };
  const broken = points.filter((p) => p.signals.length > 0).length;
  const what = chart.measure === 'loss' ? 'Failing dies' : 'Wafers with a pattern';
  const widened = (chart.spread ?? 1) > 1.005
    ? `, limits widened ${chart.spread!.toFixed(2)} times (Laney's p′)`
    : '';
  return (
    <>
      <ChartPanel
        title={`${what}: p-chart`}
        note={`centre ${percent(chart.centre)}${widened}; ${broken} of ${points.length} marked`}
        file={table}
      >
        <ControlLine
          name='p-chart'
          bucket={bucket}
          wafersAt={wafersAt}
          centre={chart.centre!}
          format={percent}
          points={line((p) => ({
            value: p.share,
            lower: p.lower,
            upper: p.upper,
            signals: p.signals.filter((s) => !SHOWN_SIGNALS.includes(s)),
          }))}
        />
      </ChartPanel>
      <ChartPanel
        title='EWMA'
        note='in standard deviations; λ 0.1, L 2.7'
        file={{ ...table, name: `ewma-${chart.measure}` }}
      >
        <ControlLine
          name='EWMA'
          bucket={bucket}
          wafersAt={wafersAt}
          centre={0}
          format={sigmas}
          points={line((p) => ({
            value: p.ewma,
            lower: -p.ewmaLimit,
            upper: p.ewmaLimit,
            signals: p.signals.filter((s) => s === 'ewma'),
          }))}
        />
      </ChartPanel>
      <ChartPanel
        title='CUSUM'
        note='upwards and, below 0, downwards; k 0.5, h 5'
        file={{ ...table, name: `cusum-${chart.measure}` }}
      >
        <ControlLine
          name='CUSUM'
          bucket={bucket}
          wafersAt={wafersAt}
          centre={0}
          format={sigmas}
          points={line((p) => ({
            value: p.cusumUp,
            second: -p.cusumDown,
            lower: -DECISION,
            upper: DECISION,
            signals: p.signals.filter((s) => s === 'cusum'),
          }))}
        />
      </ChartPanel>
    </>
  );
}

/** For approvers: makes the limits of what is shown those of what comes later. */
function Freeze(
  props: { selection: Selection; measure: Measure; bucket: string; done: () => void },
) {
  const state = useStore(session);
  const [comment, setComment] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  if (state.kind !== 'signed-in' || !['approver', 'admin'].includes(state.session.role)) {
    return null;
  }
  const { selection, measure, bucket } = props;
  const freeze = () =>
    analytics.freeze(selection, { measure, bucket, comment: comment ?? '' }).then(
      () => {
        setComment(null);
        setError(null);
        props.done();
      },
      (e: Error) => setError(e.message),
    );
  return comment === null
    ? (
      <button type='button' class='quiet' onClick={() => setComment('')}>
        Freeze limits of this time…
      </button>
    )
    : (
      <span class='freeze'>
        <input
          aria-label='Why these limits'
          placeholder='Why this time is good'
          maxLength={500}
          value={comment}
          onInput={(e) => setComment(e.currentTarget.value)}
        />
        <button type='button' class='primary' onClick={() => void freeze()}>Freeze</button>
        <button type='button' class='quiet' onClick={() => setComment(null)}>Cancel</button>
        {error && <span role='alert'>{error}</span>}
      </span>
    );
}
