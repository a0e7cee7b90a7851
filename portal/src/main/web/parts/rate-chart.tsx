// The defect rate over time: a bar a point, cut by pattern. Its table stands beside it.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Bucket, DefectRatePoint } from '../model/api.ts';
import { patternClass } from '../model/patterns.ts';
import { axisEnd, BUCKET_MILLIS, pointName, shares } from '../model/trend.ts';

const HEIGHT = 280;
const MARGIN = { left: 46, right: 10, top: 10, bottom: 24 };

/** Pixels that a date under the axis takes. */
const DATE_WIDTH = 110;

const MAX_BAR = 48;

export function RateChart(props: {
  points: readonly DefectRatePoint[];
  bucket: Bucket;
  choose: (point: DefectRatePoint) => void;
}) {
  const { points, bucket } = props;
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(800);
  const [pointed, setPointed] = useState<DefectRatePoint | null>(null);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(entry!.contentRect.width));
    observer.observe(ref.current!);
    return () => observer.disconnect();
  }, []);

  const step = BUCKET_MILLIS[bucket];
  const start = points[0]!.start;
  const end = points.at(-1)!.start + step;
  const inner = {
    width: width - MARGIN.left - MARGIN.right,
    height: HEIGHT - MARGIN.top - MARGIN.bottom,
  };
  const x = (at: number) => MARGIN.left + ((at - start) / (end - start)) * inner.width;
  const top = axisEnd(Math.max(...points.map((p) => p.rate)));
  const y = (rate: number) => MARGIN.top + (1 - rate / top) * inner.height;
  const slot = inner.width / ((end - start) / step);
  const bar = Math.max(1, Math.min(MAX_BAR, slot > 4 ? slot * 0.8 : slot));
  const dates = Math.max(1, Math.min(points.length, Math.floor(inner.width / DATE_WIDTH)));
  const every = Math.ceil((end - start) / step / dates) * step;

  return (
    <div class='chart' ref={ref}>
      <svg
        width={width}
        height={HEIGHT}
        role='img'
        aria-label='Defect rate over time; the table below holds the same'
      >
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
              {percentTick(part * top)}
            </text>
          </g>
        ))}
        {Array.from({ length: Math.ceil((end - start) / every) }, (_, i) => start + i * every).map(
          (at) => (
            <text key={at} class='tick' x={x(at + step / 2)} y={HEIGHT - 6} text-anchor='middle'>
              {tick(at, bucket)}
            </text>
          ),
        )}
        {points.map((point) => {
          let below = 0;
          const left = x(point.start + step / 2) - bar / 2;
          return (
            <g
              key={point.start}
              class={`point ${pointed === point ? 'pointed' : ''}`}
              onPointerEnter={() => setPointed(point)}
              onPointerLeave={() => setPointed(null)}
              onClick={() => props.choose(point)}
            >
              <rect
                class='slot'
                x={x(point.start)}
                y={MARGIN.top}
                width={slot}
                height={inner.height}
              />
              {shares(point).map(({ label, share }) => {
                below += share;
                return (
                  <rect
                    key={label}
                    class={`fill ${patternClass(label)}`}
                    x={left}
                    y={y(below)}
                    width={bar}
                    height={y(below - share) - y(below)}
                  />
                );
              })}
            </g>
          );
        })}
      </svg>
      {pointed && (
        <div
          class={`chart-tip ${x(pointed.start) > width / 2 ? 'to-left' : ''}`}
          style={{ left: `${x(pointed.start + step / 2)}px` }}
        >
          <b>{pointName(pointed.start, bucket)}</b>
          <span>
            {(pointed.rate * 100).toFixed(1)} % of {pointed.wafers} wafers
          </span>
          {shares(pointed).map(({ label, share }) => (
            <span key={label} class={patternClass(label)}>
              <i class='swatch' /> {label} {(share * 100).toFixed(1)} %
            </span>
          ))}
        </div>
      )}
    </div>
  );
}

/** Under the axis: the date, with the hour where points are hours. */
function tick(at: number, bucket: Bucket): string {
  const name = pointName(at, bucket);
  return bucket === 'hour' ? name.slice(5) : name.slice(0, 10);
}

function percentTick(rate: number): string {
  return `${Number((rate * 100).toFixed(2))} %`;
}
