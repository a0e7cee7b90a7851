// A control chart: the values as a line, their limits and centre, what broke a rule marked.

import { spanOf, ticksOf } from '../model/analytics.ts';
import { pointName } from '../model/trend.ts';

const WIDTH = 1000;
const HEIGHT = 190;
const MARGIN = { left: 58, right: 104, top: 10, bottom: 22 };
const TICKS = 8;
const LABEL_HEIGHT = 13;

export interface LinePoint {
  at: number;
  value: number;
  /** A second line, such as the downward sum. */
  second?: number;
  lower: number;
  upper: number;
  signals: readonly string[];
}

export function ControlLine(props: {
  name: string;
  points: readonly LinePoint[];
  bucket: 'hour' | 'day';
  centre: number;
  format: (value: number) => string;
  /** Where the wafers of a point are. */
  wafersAt: (at: number) => string;
}) {
  const { points, centre, format } = props;
  const { low, high } = spanOf(
    points.flatMap((p) => [p.value, p.second ?? p.value, p.lower, p.upper]).concat(centre),
  );
  const first = points[0]!.at;
  const last = points.at(-1)!.at;
  const x = (at: number) =>
    MARGIN.left + ((at - first) / (last - first || 1)) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (value: number) =>
    MARGIN.top + (1 - (value - low) / (high - low)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const path = (value: (p: LinePoint) => number) =>
    points.map((p, i) => `${i ? 'L' : 'M'}${x(p.at).toFixed(1)} ${y(value(p)).toFixed(1)}`).join(
      '',
    );
  const every = Math.max(1, Math.ceil(points.length / TICKS));
  const marked = points.filter((p) => p.signals.length > 0);
  return (
    <svg
      class='control-line'
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role='group'
      aria-label={`${props.name}: ${points.length} points, ${marked.length} break a rule; the table holds the same`}
    >
      {ticksOf(low, high).map((value) => (
        <g key={value}>
          <line
            class='grid'
            x1={MARGIN.left}
            x2={WIDTH - MARGIN.right}
            y1={y(value)}
            y2={y(value)}
          />
          <text class='tick' x={MARGIN.left - 6} y={y(value) + 4} text-anchor='end'>
            {format(value)}
          </text>
        </g>
      ))}
      {endLabels(points.at(-1)!, centre, y).map(({ name, value, at }) => (
        <text key={name} class='tick' x={WIDTH - MARGIN.right + 6} y={at + 4}>
          {`${name} ${format(value)}`}
        </text>
      ))}
      <text class='tick' x={WIDTH - MARGIN.right + 6} y={HEIGHT - 5}>
        {props.bucket === 'day' ? 'days, UTC' : 'hours'}
      </text>
      {points.filter((_, i) => i % every === 0).map((p) => (
        <text key={p.at} class='tick' x={x(p.at)} y={HEIGHT - 5} text-anchor='middle'>
          {props.bucket === 'day'
            ? pointName(p.at, 'day').slice(5, 10)
            : pointName(p.at, 'hour').slice(5)}
        </text>
      ))}
      <line
        class='centre'
        x1={MARGIN.left}
        x2={WIDTH - MARGIN.right}
        y1={y(centre)}
        y2={y(centre)}
      />
      <path class='limit' d={path((p) => p.upper)} />
      <path class='limit' d={path((p) => p.lower)} />
      {points.some((p) => p.second !== undefined) && (
        <path
          class='line second'
          d={path((p) => p.second ?? 0)}
        />
      )}
      <path class='line' d={path((p) => p.value)} />
      {points.length <= 120 &&
        points.map((p) => (
          <g key={p.at} class='dot'>
            <title>{`${pointName(p.at, props.bucket)}: ${format(p.value)}`}</title>
            <circle class='near' cx={x(p.at)} cy={y(p.value)} r='7' />
            <circle cx={x(p.at)} cy={y(p.value)} r='2' />
          </g>
        ))}
      {marked.map((p) => (
        <a
          key={p.at}
          class='mark'
          href={props.wafersAt(p.at)}
          aria-label={`Wafers of ${pointName(p.at, props.bucket)}: ${p.signals.join(', ')}`}
        >
          <title>
            {`${pointName(p.at, props.bucket)}: ${format(p.value)}, ${
              p.signals.join(', ')
            }. Press to see its wafers`}
          </title>
          <path d={`M${x(p.at)} ${y(p.value) - 7}l6 7l-6 7l-6 -7z`} />
        </a>
      ))}
    </svg>
  );
}

/** Limits and centre at the right end; one that would lie on another is left out. */
function endLabels(last: LinePoint, centre: number, y: (value: number) => number) {
  const all = [
    { name: 'centre', value: centre, at: y(centre) },
    { name: 'upper', value: last.upper, at: y(last.upper) },
    { name: 'lower', value: last.lower, at: y(last.lower) },
  ];
  return all.filter(({ at }, i) =>
    all.slice(0, i).every((other) => Math.abs(other.at - at) >= LABEL_HEIGHT)
  );
}
