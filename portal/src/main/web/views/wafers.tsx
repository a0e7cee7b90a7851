// The work place: wafers at the left, the chosen one in the middle, its verdict at the right.

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Wafer, WaferDetail } from '../model/api.ts';
import { api } from '../model/api.ts';
import type { NotchSide } from '../model/die-paint.ts';
import { filterOf, isNarrowed, paramsOf } from '../model/filter.ts';
import { type KeyMap, useKeys } from '../model/keys.ts';
import { live } from '../model/live.ts';
import { LABEL_KEYS } from '../model/patterns.ts';
import { effectiveLabel, giveLabel, isMine, undoLabel } from '../model/review.ts';
import { replaceParams, route } from '../model/route.ts';
import { labels, mayReview, storedLabel } from '../model/session.ts';
import { useStore } from '../model/use-store.ts';
import { keyOfText, keyText } from '../model/wafer-key.ts';
import { WaferList } from '../model/wafer-list.ts';
import { CommentBox } from '../parts/comment-box.tsx';
import { Empty } from '../parts/empty.tsx';
import { FilterBar } from '../parts/filter-bar.tsx';
import { Verdict } from '../parts/verdict.tsx';
import { WaferFacts } from '../parts/wafer-facts.tsx';
import { WaferStage } from '../parts/wafer-stage.tsx';
import { WaferStrip } from '../parts/wafer-strip.tsx';

/** While following, a key pressed this soon after the wafer changed was meant for the other one. */
const SETTLE_MILLIS = 800;

/** Stepping through wafers asks for the history of the one where it rests. */
const DETAIL_DELAY_MILLIS = 120;

const AUTO_ADVANCE = 'fabwafer.advance';

export function WafersView() {
  const { params } = useStore(route);
  const filter = filterOf(params);
  const filterText = JSON.stringify(paramsOf(filter));
  const follow = params.get('follow') === '1';
  const chosenText = params.get('w') ?? '';

  const list = useMemo(() => new WaferList(api.wafers), []);
  const { wafers, loading, more, error, anchored } = useStore(list.state);
  useStore(labels.pending);
  useEffect(() => void list.open(filter, keyOfText(chosenText)), [filterText]);
  useEffect(() => followEvents(list), []);

  const chosenAt = wafers.findIndex((w) => keyText(w) === chosenText);
  const selected = follow || chosenAt < 0 ? (wafers.length > 0 ? 0 : -1) : chosenAt;
  const wafer = wafers[selected];
  const text = wafer ? keyText(wafer) : '';
  useEffect(() => {
    if (!loading && !follow && text && text !== chosenText) {
      replaceParams({ w: text });
    }
  }, [loading, follow, text, chosenText]);

  const changedAt = useRef(0);
  useEffect(() => {
    changedAt.current = performance.now();
  }, [text]);

  const [advance, setAdvance] = useState(localStorage.getItem(AUTO_ADVANCE) === '1');
  const [commenting, setCommenting] = useState(false);
  const [note, setNote] = useState('');
  useEffect(() => setCommenting(false), [text]);

  const select = (next: Wafer | undefined) => {
    if (next) {
      setNote('');
      replaceParams({ w: keyText(next), follow: undefined });
    }
  };
  const step = (by: number) =>
    select(wafers[Math.max(0, Math.min(wafers.length - 1, selected + by))]);
  const toggleAdvance = () => {
    localStorage.setItem(AUTO_ADVANCE, advance ? '0' : '1');
    setAdvance(!advance);
  };
  const give = (label: string, comment?: string) => {
    if (!wafer) {
      return;
    }
    if (follow && performance.now() - changedAt.current < SETTLE_MILLIS) {
      setNote('The wafer has just changed: press again if you mean this one.');
      return;
    }
    if (!comment && isMine(wafer, label)) {
      setNote(`You gave it ${label} already.`);
      return;
    }
    giveLabel(wafer, label, comment);
    setNote(`${label} for ${wafer.imgid} · u undoes`);
    setCommenting(false);
    if (advance && !follow && wafers[selected + 1]) {
      replaceParams({ w: keyText(wafers[selected + 1]!) });
    }
  };
  const undo = () => {
    const undone = undoLabel();
    if (undone) {
      setNote(`${undone.key.imgid} is ${undone.before} again`);
      replaceParams({ w: keyText(undone.key), follow: undefined });
    } else {
      setNote('Nothing to undo: you gave no label since this page was opened.');
    }
  };

  const reviewer = mayReview();
  const labelKeys: KeyMap = reviewer
    ? {
      ...Object.fromEntries(LABEL_KEYS.map(({ label, key }) => [key, () => give(label)])),
      Enter: () => wafer && give(effectiveLabel(wafer).label ?? wafer.prediction),
      u: undo,
      c: () => setCommenting(true),
      a: toggleAdvance,
    }
    : {};
  useKeys({
    ...labelKeys,
    ArrowRight: () => step(1),
    j: () => step(1),
    ArrowLeft: () => step(-1),
    k: () => step(-1),
    Home: () => showNewest(),
    f: () => replaceParams({ follow: follow ? undefined : '1', w: text }),
  });
  const showNewest = () => {
    if (anchored) {
      void list.open(filter);
    } else {
      select(wafers[0]);
    }
  };

  const detail = useDetail(wafer);
  const effective = wafer ? effectiveLabel(wafer) : null;

  return (
    <>
      <FilterBar filter={filter} labels>
        {anchored && (
          <button type='button' class='quiet' onClick={showNewest}>
            Older wafers · show the newest
          </button>
        )}
        <Toggle
          on={follow}
          sign='f'
          name='Follow'
          press={() => replaceParams({ follow: follow ? undefined : '1', w: text })}
        />
        {reviewer && <Toggle on={advance} sign='a' name='Auto-advance' press={toggleAdvance} />}
        <span class='count' aria-live='off'>
          {wafers.length.toLocaleString('en')}
          {more ? '+' : ''} wafers
        </span>
      </FilterBar>
      {wafer && effective
        ? (
          <div class='desk'>
            <WaferStrip
              wafers={wafers}
              selected={selected}
              select={select}
              step={step}
              readMore={() => void list.readMore()}
              loading={loading}
            />
            <WaferStage wafer={wafer} notch={notchOf(detail)} />
            <aside class='side'>
              <Verdict wafer={wafer} effective={effective} give={reviewer ? give : undefined} />
              {commenting && (
                <CommentBox
                  label={effective.label ?? wafer.prediction}
                  save={(comment) => give(effective.label ?? wafer.prediction, comment)}
                  close={() => setCommenting(false)}
                />
              )}
              <p class='note' role='status'>
                {note}
              </p>
              <WaferFacts wafer={wafer} detail={detail} />
            </aside>
          </div>
        )
        : (
          <Nothing
            loading={loading}
            error={error}
            narrowed={isNarrowed(filter)}
            again={() => void list.open(filter)}
          />
        )}
    </>
  );
}

function followEvents(list: WaferList): () => void {
  const ends = [
    live.on('classification', (wafer) => list.arrived(wafer)),
    live.on('image', (i) => list.imageArrived(i, i.imageUrl, i.waferMapUrl)),
    live.on('groundtruth', (truth) => list.labelled(truth)),
    live.on('refetch', () => void list.refresh()),
    storedLabel.watch(() => {
      const truth = storedLabel.get();
      if (truth) {
        list.labelled(truth);
      }
    }),
  ];
  return () => ends.forEach((end) => end());
}

/** A wafer's history; read again when its label changes. */
function useDetail(wafer: Wafer | undefined): WaferDetail | null {
  const [detail, setDetail] = useState<WaferDetail | null>(null);
  const text = wafer ? keyText(wafer) : '';
  useEffect(() => {
    if (!wafer) {
      return;
    }
    const abort = new AbortController();
    const timer = setTimeout(() => {
      api.wafer(wafer, abort.signal).then(setDetail, () => {
        // What the list knows is shown; the history comes with the next change.
      });
    }, DETAIL_DELAY_MILLIS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text, wafer?.groundTruth?.id]);
  return detail && keyText(detail) === text ? detail : null;
}

/** Where the device told the notch's side. */
function notchOf(detail: WaferDetail | null): NotchSide | undefined {
  const sides: readonly NotchSide[] = ['top', 'right', 'bottom', 'left'];
  return sides.find((side) => side === detail?.more['notch']);
}

function Toggle(props: { on: boolean; sign: string; name: string; press: () => void }) {
  return (
    <button
      type='button'
      class='quiet'
      aria-pressed={props.on}
      title={`${props.name} (${props.sign})`}
      onClick={props.press}
    >
      {props.name}
    </button>
  );
}

function Nothing(props: {
  loading: boolean;
  error: string | null;
  narrowed: boolean;
  again: () => void;
}) {
  if (props.error) {
    return (
      <Empty title={props.error}>
        <button type='button' class='primary' onClick={props.again}>
          Try again
        </button>
      </Empty>
    );
  }
  if (props.loading) {
    return <div class='desk' aria-busy='true' />;
  }
  return props.narrowed
    ? <Empty title='No wafer fits this filter' hint='Widen the time or clear a choice above.' />
    : (
      <Empty
        title='No wafers yet'
        hint={
          <>
            They appear here as they are classified. Start an agent on a folder of wafer maps with
            {' '}
            <code>fabwafer agent</code>, or see it all with <code>fabwafer demo</code>.
          </>
        }
      />
    );
}
