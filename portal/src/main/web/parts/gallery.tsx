// Wafers as small die maps, newest first: only the tiles in sight exist.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Wafer } from '../model/api-wafers.ts';
import { otherPatterns, waitsForReview } from '../model/assessment.ts';
import { columnsIn, heightOf, scrollTo, stepOf, TILE, tilesIn } from '../model/gallery-grid.ts';
import { effectiveLabel } from '../model/review.ts';
import { replaceParams } from '../model/route.ts';
import { keyText } from '../model/wafer-key.ts';
import { MAX_KEPT } from '../model/wafer-list.ts';
import { LabelMark } from './label-mark.tsx';
import { PatternName } from './pattern.tsx';
import { Provisional } from './provisional.tsx';
import { Thumb } from './thumb.tsx';
import { Time } from './time.tsx';

const THUMB = 120;

/** Tiles from the end at which older wafers are read. */
const READ_AHEAD = 60;

export function Gallery(props: {
  wafers: readonly Wafer[];
  selected: number;
  select: (wafer: Wafer) => void;
  /** Shows the chosen one in the large. */
  open: () => void;
  readMore: () => void;
  more: boolean;
  loading: boolean;
}) {
  const { wafers, selected } = props;
  const ref = useRef<HTMLDivElement>(null);
  const [box, setBox] = useState({ top: 0, width: 1_000, height: 800 });
  const measure = () => {
    const { scrollTop, clientWidth, clientHeight } = ref.current!;
    setBox({ top: scrollTop, width: clientWidth, height: clientHeight });
  };
  useLayoutEffect(() => {
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(ref.current!);
    return () => observer.disconnect();
  }, []);
  const columns = columnsIn(box.width);
  const { first, end } = tilesIn(box.top, box.height, columns, wafers.length);

  const chosen = wafers[selected];
  const chosenText = chosen ? keyText(chosen) : '';
  useLayoutEffect(() => {
    const { scrollTop, clientHeight } = ref.current!;
    const to = selected < 0 ? undefined : scrollTo(selected, columns, scrollTop, clientHeight);
    if (to !== undefined) {
      ref.current!.scrollTop = to;
    }
  }, [chosenText, columns]);

  useEffect(() => {
    if (end + READ_AHEAD >= wafers.length) {
      props.readMore();
    }
  }, [end, wafers.length, props.loading]);

  const full = props.more && wafers.length >= MAX_KEPT;
  return (
    <div
      class='gallery'
      ref={ref}
      onScroll={measure}
      onKeyDown={(event) => {
        const by = stepOf(event.key, columns, box.height);
        const next = by !== undefined &&
          wafers[Math.max(0, Math.min(wafers.length - 1, selected + by))];
        if (next) {
          event.preventDefault();
          props.select(next);
        }
      }}
      role='listbox'
      tabIndex={0}
      aria-label='Wafers, newest first'
      aria-busy={props.loading}
      aria-activedescendant={chosen ? 'chosen-wafer' : undefined}
    >
      <div class='gallery-all' style={{ height: `${heightOf(wafers.length, columns)}px` }}>
        {wafers.slice(first, end).map((wafer, i) => (
          <Tile
            key={keyText(wafer)}
            wafer={wafer}
            at={first + i}
            columns={columns}
            selected={first + i === selected}
            press={() => first + i === selected ? props.open() : props.select(wafer)}
          />
        ))}
      </div>
      {full && <Older last={wafers.at(-1)!} />}
    </div>
  );
}

function Tile(props: {
  wafer: Wafer;
  at: number;
  columns: number;
  selected: boolean;
  press: () => void;
}) {
  const { wafer, at, columns, selected } = props;
  const effective = effectiveLabel(wafer);
  const others = otherPatterns(wafer);
  return (
    <div
      class='gallery-tile'
      id={selected ? 'chosen-wafer' : undefined}
      role='option'
      aria-selected={selected}
      aria-posinset={at + 1}
      aria-setsize={-1}
      title={`${wafer.imgid}, ${wafer.fab} / ${wafer.camera}${
        others.length > 0 ? `, with ${others.join(', ')}` : ''
      }`}
      style={{
        left: `${((at % columns) * 100) / columns}%`,
        width: `${100 / columns}%`,
        top: `${Math.floor(at / columns) * TILE.height}px`,
      }}
      onClick={props.press}
    >
      <Thumb wafer={wafer} pixels={THUMB} />
      <span class='strip-label'>
        <PatternName label={effective.label ?? wafer.prediction} />
        {others.length > 0 && <span class='percent'>+{others.length}</span>}
        {waitsForReview(wafer) && (
          <span class='review-mark' role='img' aria-label='to review'>?</span>
        )}
        <LabelMark effective={effective} prediction={wafer.prediction} />
      </span>
      <span class='strip-name'>
        {wafer.provisional ? <Provisional wafer={wafer} /> : (
          <>
            {Math.round(wafer.probability * 100)} % · <Time at={wafer.timestamp} short />
          </>
        )}
      </span>
    </div>
  );
}

/** So many are kept here; the list can be opened again where they end. */
function Older({ last }: { last: Wafer }) {
  const older = () =>
    replaceParams({
      range: undefined,
      to: new Date(last.timestamp).toISOString(),
      w: keyText(last),
    });
  return (
    <p class='gallery-older'>
      {MAX_KEPT.toLocaleString('en')} wafers are shown, down to <Time at={last.timestamp} />.{' '}
      <button type='button' onClick={older}>Show older ones</button>
    </p>
  );
}
