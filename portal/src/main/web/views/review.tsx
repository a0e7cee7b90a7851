// The reviewer's work place: one wafer after the other, wholly by keyboard.

import { useEffect, useRef, useState } from 'preact/hooks';
import { useKeys } from '../model/keys.ts';
import { setLabel, toggled, UNKNOWN } from '../model/label-sets.ts';
import { LABEL_KEYS } from '../model/patterns.ts';
import { useLookalikes } from '../model/use-lookalikes.ts';
import { useReview, useReviewStatistics } from '../model/use-review.ts';
import { useWaferMap } from '../model/use-wafer-map.ts';
import { keyText } from '../model/wafer-key.ts';
import { Empty } from '../parts/empty.tsx';
import { Lookalikes } from '../parts/lookalikes.tsx';
import { ReviewFigures } from '../parts/review-figures.tsx';
import { ReviewLabels } from '../parts/review-labels.tsx';
import { ReviewStage } from '../parts/review-stage.tsx';

type Review = ReturnType<typeof useReview>;

export function ReviewView() {
  const review = useReview();
  const statistics = useReviewStatistics(review.count);
  const wafer = review.ahead[0];
  return (
    <div class='review'>
      {wafer ? <Desk review={review} /> : <Nothing review={review} />}
      <aside class='review-side' aria-label='How the review goes'>
        <ReviewFigures statistics={statistics} count={review.count} />
      </aside>
    </div>
  );
}

function Desk({ review }: { review: Review }) {
  const wafer = review.ahead[0]!;
  const { queue } = review;
  const text = keyText(wafer);
  const [mixed, setMixed] = useState<string[] | null>(null);
  const [alike, setAlike] = useState(false);
  const lookalikes = useLookalikes(wafer, alike);
  const pressed = useRef(0);
  const shown = useShownIn(wafer.waferMapUrl, text, pressed);
  useEffect(() => {
    setMixed(null);
    setAlike(false);
  }, [text]);

  const give = (label: string | undefined) => {
    if (label !== undefined) {
      pressed.current = performance.now();
      queue.give(label, alike ? lookalikes.kept : []);
    }
  };
  const press = (label: string) => mixed ? setMixed(toggled(mixed, label)) : give(label);
  const byKey = Object.fromEntries(LABEL_KEYS.map(({ label, key }) => [key, () => press(label)]));
  useKeys({
    ...byKey,
    9: () => give(UNKNOWN),
    0: () => give('none'),
    Enter: () => give(mixed ? setLabel(mixed) : wafer.prediction),
    m: () => setMixed(mixed ? null : []),
    s: () => {
      pressed.current = performance.now();
      queue.skip();
    },
    u: () => queue.undo(),
    l: () => setAlike(!alike),
    Escape: () => (mixed ? setMixed(null) : setAlike(false)),
    ...(alike
      ? {
        ArrowRight: () => lookalikes.move(1),
        ArrowLeft: () => lookalikes.move(-1),
        x: () => lookalikes.toggle(lookalikes.at),
      }
      : {}),
  });
  return (
    <>
      {alike ? <Lookalikes wafer={wafer} lookalikes={lookalikes} /> : <ReviewStage wafer={wafer} />}
      <section class='side' aria-label='Label' data-shown-millis={shown ?? undefined}>
        <ReviewLabels
          wafer={wafer}
          mixed={mixed}
          all={alike ? 1 + lookalikes.kept.length : 1}
          press={press}
          give={give}
        />
        <p class='note' role='status'>
          {review.note}
        </p>
        {review.error && <p class='save-state failing'>{review.error}</p>}
      </section>
    </>
  );
}

/** Milliseconds from the key to the wafer that it brought, its map painted; null before the first. */
function useShownIn(url: string | null, text: string, pressed: { current: number }) {
  const loaded = useWaferMap(url);
  const [shown, setShown] = useState<number | null>(null);
  const here = loaded !== undefined || url === null;
  useEffect(() => {
    if (here && pressed.current > 0) {
      setShown(Math.round(performance.now() - pressed.current));
      pressed.current = 0;
    }
  }, [text, here]);
  return shown;
}

function Nothing({ review }: { review: Review }) {
  const again = (
    <button type='button' class='primary' onClick={() => void review.queue.refill()}>
      Look again
    </button>
  );
  useKeys({ Enter: () => void review.queue.refill(), u: () => review.queue.undo() });
  if (review.error) {
    return <Empty title={review.error}>{again}</Empty>;
  }
  return review.ended
    ? (
      <Empty
        title='Nothing to review now'
        hint={
          <>
            Wafers come here that the model is unsure of, that are new to it, or that chance drew.
            {' '}
            Enter looks again{review.count > 0 ? ', u undoes the last label' : ''}.
          </>
        }
      >
        {again}
      </Empty>
    )
    : <div class='stage' aria-busy='true' />;
}
