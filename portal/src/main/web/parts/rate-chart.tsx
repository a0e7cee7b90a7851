// The defect rate over time: a bar a point, cut by pattern. Its table stands beside it.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Bucket, DefectRatePoint } from '../model/api-defect-rate.ts';
import { patternClass } from '../model/patterns.ts';
import { axisEnd, BUCKET_MILLIS, pointName, shares } from '../model/trend.ts';

const HEIGHT = 280;
const MARGIN = { left: 46, right: 10, top: 10, bottom: 24 };

/** Pixels that a date under the axis takes. */
const DATE_WIDTH = 110;

const MAX_BAR = 48;

/** Where times and rates lie, in pixels. */
interface Scales {
  width: number;
  bucket: Bucket;
  start: number;
  end: number;
  /** The rate at the top. */
  top: number;
  /** Pixels of a point's whole place. */
  slot: number;
  x(at: number): number;
  y(rate: number): number;
}

function scalesOf(points: readonly DefectRatePoint[], bucket: Bucket, width: number): Scales {
  const step = BUCKET_MILLIS[bucket];
  const start = points[0]!.start;
  const end = points.at(-1)!.start + step;
  const top = axisEnd(points.reduce((most, point) => Math.max(most, point.rate), 0));
  const inner = width - MARGIN.left - MARGIN.right;
  return {
    width,
    bucket,
    start,
    end,
    top,
    slot: inner / ((end - start) / step),
    x: (at) => MARGIN.left + ((at - start) / (end - start)) * inner,
    y: (rate) => MARGIN.top + (1 - rate / top) * (HEIGHT - MARGIN.top - MARGIN.bottom),
  };
}

export function RateChart(props: {
  points: readonly DefectRatePoint[];
  bucket: Bucket;
  choose: (point: DefectRatePoint) => void;
}) {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(800);
  const [pointed, setPointed] = useState<DefectRatePoint | null>(null);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(entry!.contentRect.width));
    observer.observe(ref.current!);
    return () => observer.disconnect();
  }, []);
  const scales = scalesOf(props.points, props.bucket, width);
  return (
    <div class='chart' ref={ref}>
      <svg
        width={width}
        height={HEIGHT}
        role='img'
        aria-label='Defect rate over time; the table below holds the same'
      >
        <Axes scales={scales} />
        {props.points.map((point) => (
          <g
            key={point.start}
            class={`point ${pointed === point ? 'pointed' : ''}`}
            onPointerEnter={() => setPointed(point)}
            onPointerLeave={() => setPointed(null)}
            onClick={() => props.choose(point)}
          >
            <Bar point={point} scales={scales} />
          </g>
        ))}
      </svg>
      {pointed && <Tip point={pointed} scales={scales} />}
    </div>
  );
}

function Axes({ scales }: { scales: Scales }) {
  const { width, bucket, start, end, top, x, y } = scales;
  const step = BUCKET_MILLIS[bucket];
  const slots = Math.round((end - start) / step);
  const room = Math.max(1, Math.floor((width - MARGIN.left - MARGIN.right) / DATE_WIDTH));
  const every = Math.ceil(slots / room) * step;
  const dates = Array.from(
    { length: Math.ceil((end - start) / every) },
    (_, i) => start + i * every,
  );
  return (
    <>
      {[0, 0.25, 0.5, 0.75, 1].map((part) => (
        <g key={part}>
          <line
            class='grid'
            x1={MARGIN.left}
            x2={width - MARGIN.right}
            y1={y(part * top)}
            y2={y(part * top)}
          />
          <text class='tick' x={MARGIN.left - 6} y={y(part * top) + 4} text-anchor='end'>
            {`${Number((part * top * 100).toFixed(2))} %`}
          </text>
        </g>
      ))}
      {dates.map((at) => (
        <text key={at} class='tick' x={x(at + step / 2)} y={HEIGHT - 6} text-anchor='middle'>
          {dateTick(at, bucket)}
        </text>
      ))}
    </>
  );
}

function Bar({ point, scales }: { point: DefectRatePoint; scales: Scales }) {
  const { bucket, slot, x, y } = scales;
  const width = Math.max(1, Math.min(MAX_BAR, slot > 4 ? slot * 0.8 : slot));
  const left = x(point.start + BUCKET_MILLIS[bucket] / 2) - width / 2;
  let below = 0;
  return (
    <>
      <rect
        class='slot'
        x={x(point.start)}
        y={MARGIN.top}
        width={slot}
        height={HEIGHT - MARGIN.top - MARGIN.bottom}
      />
      {shares(point).map(({ label, share }) => {
        below += share;
        return (
          <rect
            key={label}
            class={`fill ${patternClass(label)}`}
            x={left}
            y={y(below)}
            width={width}
            height={y(below - share) - y(below)}
          />
        );
      })}
    </>
  );
}

function Tip({ point, scales }: { point: DefectRatePoint; scales: Scales }) {
  const middle = scales.x(point.start + BUCKET_MILLIS[scales.bucket] / 2);
  return (
    <div
      class={`chart-tip ${middle > scales.width / 2 ? 'to-left' : ''}`}
      style={{ left: `${middle}px` }}
    >
      <b>{pointName(point.start, scales.bucket)}</b>
      <span>
        {(point.rate * 100).toFixed(1)} % of {point.wafers.toLocaleString('en')} wafers
      </span>
      {shares(point).map(({ label, share }) => (
        <span key={label} class={patternClass(label)}>
          <i class='swatch' /> {label} {(share * 100).toFixed(1)} %
        </span>
      ))}
    </div>
  );
}

/** Under the axis: the date, with the hour where points are hours. */
function dateTick(at: number, bucket: Bucket): string {
  const name = pointName(at, bucket);
  return bucket === 'hour' ? name.slice(5) : name.slice(0, 10);
}
