import { useEffect, useState } from 'preact/hooks';
import {
  type Bucket,
  type DefectRate,
  type DefectRatePoint,
  readDefectRate,
} from '../model/api-defect-rate.ts';
import { filterOf, paramsOf, queryOf } from '../model/filter.ts';
import { live } from '../model/live.ts';
import { navigate, replaceParams, route } from '../model/route.ts';
import { useStore } from '../model/use-store.ts';
import { utcTime } from '../model/time.ts';
import { BUCKET_MILLIS, bucketFor, occurring, pointName } from '../model/trend.ts';
import { Empty } from '../parts/empty.tsx';
import { FilterBar } from '../parts/filter-bar.tsx';
import { PatternName } from '../parts/pattern.tsx';
import { RateChart } from '../parts/rate-chart.tsx';

/** New wafers change the chart this often at most. */
const REFRESH_MILLIS = 5_000;

const BUCKETS: Record<Bucket, string> = { hour: 'By hour', day: 'By day', week: 'By week' };

/** Patterns that get a column of their own in the table. */
const MAX_COLUMNS = 9;

/** The share of wafers with a defect pattern, over time. */
export function TrendView() {
  const { params } = useStore(route);
  const filter = filterOf(params);
  const asked = params.get('bucket') ?? '';
  const bucket = asked in BUCKETS ? (asked as Bucket) : bucketFor(filter, Date.now());
  const { fab, camera, range, from, to } = filter;
  const { rate, error } = useDefectRate({ fab, camera, range, from, to }, bucket);

  const choose = (point: DefectRatePoint) => {
    const span = { from: point.start, to: point.start + BUCKET_MILLIS[bucket] - 1 };
    const chosen = paramsOf({ fab, camera, range: 'custom', ...span });
    const set = Object.entries(chosen).filter(([, value]) => value !== undefined);
    navigate('wafers', Object.fromEntries(set) as Record<string, string>);
  };
  return (
    <>
      <FilterBar filter={filter} labels={false}>
        <select
          aria-label='Width of a point'
          value={bucket}
          onChange={(e) => replaceParams({ bucket: e.currentTarget.value })}
        >
          {Object.entries(BUCKETS).map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      </FilterBar>
      <div class='page'>
        {error
          ? <Empty title={error} hint='It is read again with the next wafer.' />
          : !rate
          ? <div aria-busy='true' />
          : rate.points.length === 0
          ? <Empty title='No wafers in this time' hint='Choose a longer time above.' />
          : <Filled rate={rate} choose={choose} />}
      </div>
    </>
  );
}

function useDefectRate(filter: ReturnType<typeof filterOf>, bucket: Bucket) {
  const [rate, setRate] = useState<DefectRate | null>(null);
  const [error, setError] = useState<string | null>(null);
  const filterText = JSON.stringify(paramsOf(filter));
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = () => {
      timer = undefined;
      readDefectRate(queryOf(filter, Date.now()), bucket, abort.signal).then(
        (answer) => {
          setRate(answer);
          setError(null);
        },
        (e: Error) => {
          if (!abort.signal.aborted) {
            setError(e.message);
          }
        },
      );
    };
    const soon = () => {
      timer ??= setTimeout(read, REFRESH_MILLIS);
    };
    read();
    const ends = [live.on('classification', soon), live.on('refetch', soon)];
    return () => {
      abort.abort();
      clearTimeout(timer);
      ends.forEach((end) => end());
    };
  }, [filterText, bucket]);
  return { rate, error };
}

function Filled(props: { rate: DefectRate; choose: (point: DefectRatePoint) => void }) {
  const { rate, choose } = props;
  const patterns = occurring(rate.points);
  const columns = patterns.slice(0, MAX_COLUMNS);
  const percent = (part: number | null) => (part === null ? '–' : `${(part * 100).toFixed(1)} %`);
  return (
    <>
      <section class='panel'>
        <header class='figures'>
          <h1>Defect rate</h1>
          <p>
            <b>{percent(rate.rate)}</b> of {rate.wafers.toLocaleString('en')} wafers
          </p>
          <ul class='legend'>
            {columns.map(({ label, wafers }) => (
              <li key={label}>
                <PatternName label={label} /> {wafers.toLocaleString('en')}
              </li>
            ))}
          </ul>
        </header>
        <RateChart points={rate.points} bucket={rate.bucket} choose={choose} />
      </section>
      <div class='table-box'>
        <table class='numbers'>
          <thead>
            <tr>
              <th scope='col'>From</th>
              <th scope='col'>Wafers</th>
              <th scope='col'>Defects</th>
              <th scope='col'>Rate</th>
              {columns.map(({ label }) => (
                <th key={label} scope='col'>
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...rate.points].reverse().map((point) => (
              <tr key={point.start}>
                <td>
                  <button type='button' class='link' onClick={() => choose(point)}>
                    <time dateTime={point.startAt} title={utcTime(point.start)}>
                      {pointName(point.start, rate.bucket)}
                    </time>
                  </button>
                </td>
                <td>{point.wafers.toLocaleString('en')}</td>
                <td>{point.defects.toLocaleString('en')}</td>
                <td>{percent(point.rate)}</td>
                {columns.map(({ label }) => <td key={label}>{point.predictions[label] ?? ''}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
