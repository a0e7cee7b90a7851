// The wafers of the filter, newest first: only the rows in sight exist.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Wafer } from '../model/api-wafers.ts';
import { decisionWords, otherPatterns, waitsForReview } from '../model/assessment.ts';
import { effectiveLabel } from '../model/review.ts';
import { keyText } from '../model/wafer-key.ts';
import { LabelMark } from './label-mark.tsx';
import { PatternName, PatternSign } from './pattern.tsx';
import { Provisional } from './provisional.tsx';
import { Thumb } from './thumb.tsx';
import { Time } from './time.tsx';

const ROW = 58;
const THUMB = 46;
/** Signs of further patterns that a row has room for. */
const MAX_SIGNS = 3;
/** Rows kept beyond each edge. */
const OVERSCAN = 4;
/** Rows from the end at which older wafers are read. */
const READ_AHEAD = 30;

export function WaferStrip(props: {
  wafers: readonly Wafer[];
  selected: number;
  select: (wafer: Wafer) => void;
  step: (by: number) => void;
  readMore: () => void;
  loading: boolean;
}) {
  const { wafers, selected } = props;
  const ref = useRef<HTMLDivElement>(null);
  const [window, setWindow] = useState({ top: 0, height: 800 });
  const first = Math.max(0, Math.floor(window.top / ROW) - OVERSCAN);
  const last = Math.min(wafers.length, Math.ceil((window.top + window.height) / ROW) + OVERSCAN);

  const measure = () => {
    const { scrollTop, clientHeight } = ref.current!;
    setWindow({ top: scrollTop, height: clientHeight });
  };
  useEffect(() => {
    const observer = new ResizeObserver(measure);
    observer.observe(ref.current!);
    return () => observer.disconnect();
  }, []);

  // New wafers come in above: what the reader looks at stays where it is.
  const before = useRef<{ text: string; offset: number } | null>(null);
  useLayoutEffect(() => {
    const box = ref.current!;
    if (before.current && box.scrollTop > 0) {
      const { text, offset } = before.current;
      const at = wafers.findIndex((w) => keyText(w) === text);
      if (at >= 0) {
        box.scrollTop = at * ROW + offset;
      }
    }
  }, [wafers]);
  useLayoutEffect(() => {
    const top = wafers[Math.floor(window.top / ROW)];
    before.current = top ? { text: keyText(top), offset: window.top % ROW } : null;
  }, [wafers, window.top]);

  const chosen = wafers[selected];
  const chosenText = chosen ? keyText(chosen) : '';
  useLayoutEffect(() => {
    const box = ref.current!;
    if (selected >= 0) {
      const top = selected * ROW;
      if (top < box.scrollTop) {
        box.scrollTop = top;
      } else if (top + ROW > box.scrollTop + box.clientHeight) {
        box.scrollTop = top + ROW - box.clientHeight;
      }
    }
  }, [chosenText]);

  useEffect(() => {
    if (last + READ_AHEAD >= wafers.length || selected + READ_AHEAD >= wafers.length) {
      props.readMore();
    }
  }, [last, wafers.length, selected, props.loading]);

  return (
    <div
      class='strip'
      ref={ref}
      onScroll={measure}
      onKeyDown={(event) => {
        const page = Math.floor(window.height / ROW);
        const by = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page }[event.key];
        if (by !== undefined) {
          event.preventDefault();
          props.step(by);
        }
      }}
      role='listbox'
      tabIndex={0}
      aria-label='Wafers, newest first'
      aria-busy={props.loading}
      aria-activedescendant={chosen ? 'chosen-wafer' : undefined}
    >
      <div class='strip-all' style={{ height: `${wafers.length * ROW}px` }}>
        {wafers.slice(first, last).map((wafer, i) => (
          <Row
            key={keyText(wafer)}
            wafer={wafer}
            at={first + i}
            selected={first + i === selected}
            select={props.select}
          />
        ))}
      </div>
    </div>
  );
}

function Row(props: {
  wafer: Wafer;
  at: number;
  selected: boolean;
  select: (wafer: Wafer) => void;
}) {
  const { wafer, at, selected } = props;
  const effective = effectiveLabel(wafer);
  return (
    <div
      class='strip-row'
      id={selected ? 'chosen-wafer' : undefined}
      role='option'
      aria-selected={selected}
      aria-posinset={at + 1}
      aria-setsize={-1}
      style={{ top: `${at * ROW}px`, height: `${ROW}px` }}
      onClick={() => props.select(wafer)}
    >
      <Thumb wafer={wafer} pixels={THUMB} />
      <span class='strip-words'>
        <span class='strip-label'>
          <PatternName label={effective.label ?? wafer.prediction} />
          {effective.label === null && <span class='percent'>{percent(wafer.probability)}</span>}
          <OtherPatterns wafer={wafer} />
          <ReviewMark wafer={wafer} />
          <LabelMark effective={effective} prediction={wafer.prediction} />
        </span>
        <span class='strip-name'>
          <Provisional wafer={wafer} /> {wafer.imgid}
        </span>
        <span class='strip-name'>
          <Time at={wafer.timestamp} short /> · {wafer.camera}
        </span>
      </span>
    </div>
  );
}

/** The signs of further patterns on the wafer. */
function OtherPatterns({ wafer }: { wafer: Wafer }) {
  const others = otherPatterns(wafer);
  if (others.length === 0) {
    return null;
  }
  const words = `with ${others.join(', ')}`;
  return (
    <span class='others' role='img' title={words} aria-label={words}>
      {others.slice(0, MAX_SIGNS).map((label) => <PatternSign key={label} label={label} />)}
    </span>
  );
}

/** The model asks for a person, and none has looked yet. */
function ReviewMark({ wafer }: { wafer: Wafer }) {
  if (!waitsForReview(wafer)) {
    return null;
  }
  const words = decisionWords(wafer) ?? '';
  return (
    <span class='review-mark' role='img' title={words} aria-label={words}>
      ?
    </span>
  );
}

function percent(probability: number): string {
  return `${Math.round(probability * 100)} %`;
}
