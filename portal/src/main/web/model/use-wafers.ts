import { useEffect, useMemo, useRef } from 'preact/hooks';
import { type Wafer, waferApi } from './api-wafers.ts';
import { paramsOf, type WaferFilter } from './filter.ts';
import { live } from './live.ts';
import { replaceParams, route } from './route.ts';
import { labels, storedLabel } from './session.ts';
import { useStore } from './use-store.ts';
import { keyOfText, keyText } from './wafer-key.ts';
import { WaferList } from './wafer-list.ts';

/**
 * The wafers of a filter and the chosen one, which the address names (`w`). While following
 * (`follow=1`) the newest is the chosen one.
 */
export function useWafers(filter: WaferFilter) {
  const { params } = useStore(route);
  const follow = params.get('follow') === '1';
  const chosenText = params.get('w') ?? '';

  const list = useMemo(() => new WaferList(waferApi.list), []);
  const state = useStore(list.state);
  const { wafers, loading } = state;
  // A label on its way shows at once.
  useStore(labels.pending);
  const filterText = JSON.stringify(paramsOf(filter));
  // Which address the list was opened for: one that is pasted may name a wafer that it lacks.
  const opened = useRef('');
  const open = () => {
    opened.current = `${filterText} ${chosenText}`;
    void list.open(filter, keyOfText(chosenText));
  };
  useEffect(open, [filterText]);
  useEffect(() => followEvents(list), []);

  const chosenAt = wafers.findIndex((w) => keyText(w) === chosenText);
  const selected = follow || chosenAt < 0 ? (wafers.length > 0 ? 0 : -1) : chosenAt;
  const wafer = wafers[selected];
  const text = wafer ? keyText(wafer) : '';
  useEffect(() => {
    // What was rendered may be the list before: its state now counts.
    if (list.state.get().loading || follow || !text || text === chosenText) {
      return;
    }
    if (chosenText && opened.current !== `${filterText} ${chosenText}`) {
      open();
    } else {
      replaceParams({ w: text });
    }
  }, [loading, follow, text, chosenText]);

  const select = (next: Wafer | undefined) => {
    if (next) {
      replaceParams({ w: keyText(next), follow: undefined });
    }
  };
  const step = (by: number) =>
    select(wafers[Math.max(0, Math.min(wafers.length - 1, selected + by))]);
  const showNewest = () => {
    if (state.anchored) {
      void list.open(filter);
    } else {
      select(wafers[0]);
    }
  };
  const toggleFollow = () => replaceParams({ follow: follow ? undefined : '1', w: text });
  return { list, ...state, selected, wafer, text, follow, select, step, showNewest, toggleFollow };
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
