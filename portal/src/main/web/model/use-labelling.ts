import { useEffect, useRef, useState } from 'preact/hooks';
import type { Wafer } from './api-wafers.ts';
import { giveLabel, isMine, undoLabel } from './review.ts';
import { replaceParams } from './route.ts';
import { keyText } from './wafer-key.ts';

/** While following, a key pressed this soon after the wafer changed was meant for the other one. */
const SETTLE_MILLIS = 800;

const AUTO_ADVANCE = 'fabwafer.advance';

/** Giving labels to the chosen wafer, and what to tell the reviewer about it. */
export function useLabelling(wafer: Wafer | undefined, next: Wafer | undefined, follow: boolean) {
  const text = wafer ? keyText(wafer) : '';
  const changedAt = useRef(0);
  const notedFor = useRef('');
  const [note, setNote] = useState('');
  const [commenting, setCommenting] = useState(false);
  const [advance, setAdvance] = useState(localStorage.getItem(AUTO_ADVANCE) === '1');
  useEffect(() => {
    changedAt.current = performance.now();
    setCommenting(false);
    // A note belongs to its wafer, or to the step that it caused.
    if (notedFor.current !== text) {
      setNote('');
    }
  }, [text]);

  const tell = (words: string, of: string) => {
    notedFor.current = of;
    setNote(words);
  };
  const give = (label: string, comment?: string) => {
    if (!wafer) {
      return;
    }
    if (follow && performance.now() - changedAt.current < SETTLE_MILLIS) {
      tell('The wafer has just changed: press again if you mean this one.', text);
      return;
    }
    if (!comment && isMine(wafer, label)) {
      tell(`You gave it ${label} already.`, text);
      return;
    }
    giveLabel(wafer, label, comment);
    setCommenting(false);
    const goOn = advance && !follow && next;
    tell(`${label} for ${wafer.imgid} · u undoes`, goOn ? keyText(next) : text);
    if (goOn) {
      replaceParams({ w: keyText(next) });
    }
  };
  const undo = () => {
    const undone = undoLabel();
    if (undone) {
      const of = keyText(undone.key);
      tell(`${undone.key.imgid} is ${undone.before} again`, of);
      replaceParams({ w: of, follow: undefined });
    } else {
      tell('Nothing to undo: you gave no label since this page was opened.', text);
    }
  };
  const toggleAdvance = () => {
    localStorage.setItem(AUTO_ADVANCE, advance ? '0' : '1');
    setAdvance(!advance);
  };
  return { note, commenting, setCommenting, advance, toggleAdvance, give, undo };
}
