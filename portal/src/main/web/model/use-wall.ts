import { useEffect, useState } from 'preact/hooks';
import { readWall, type Wall } from './api-live.ts';
import { live } from './live.ts';
import { Store } from './store.ts';
import { useStore } from './use-store.ts';
import { withAlarm, withImage, withStatus, withWafer } from './wall.ts';

/** Between two counts by the hub; events keep the wall current meanwhile. */
const COUNT_MILLIS = 15_000;

/** Of a fast line: a wall need not change more often. */
const SHOW_MILLIS = 500;

export interface WallState {
  wall: Wall | null;
  /** Why the last count did not come; what is shown is older. */
  error: string | null;
}

/** The wall of all fabs or of one, current as long as it is shown, without anybody's help. */
export function useWall(fab: string | undefined): WallState {
  const [store] = useState(() => new Store<WallState>({ wall: null, error: null }));
  useEffect(() => {
    const abort = new AbortController();
    let wall: Wall | null = null;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const show = (next: Wall) => {
      wall = next;
      timer ??= setTimeout(() => {
        timer = null;
        store.update((s) => ({ ...s, wall }));
      }, SHOW_MILLIS);
    };
    const count = () => {
      readWall(fab, abort.signal).then(
        (read) => {
          wall = read;
          store.set({ wall: read, error: null });
        },
        (e: Error) => abort.signal.aborted || store.update((s) => ({ ...s, error: e.message })),
      );
    };
    count();
    const counting = setInterval(count, COUNT_MILLIS);
    const ends = [
      live.on('classification', (wafer) => wall && show(withWafer(wall, wafer, fab))),
      live.on('image', (image) => wall && show(withImage(wall, image))),
      live.on('status', (s) => wall && show(withStatus(wall, s, new Date().toISOString()))),
      live.on('alarm', (alarm) => wall && show(withAlarm(wall, alarm, fab))),
      live.on('refetch', count),
    ];
    return () => {
      abort.abort();
      clearInterval(counting);
      if (timer !== null) {
        clearTimeout(timer);
      }
      ends.forEach((end) => end());
    };
  }, [fab]);
  return useStore(store);
}

/** Keeps the screen on where the browser may. */
export function useScreenOn(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | null = null;
    const ask = () => {
      if (document.visibilityState === 'visible' && 'wakeLock' in navigator) {
        navigator.wakeLock.request('screen').then((given) => (lock = given), () => {
          // Over plain HTTP, or on a battery, the browser does not: the wall works all the same.
        });
      }
    };
    ask();
    document.addEventListener('visibilitychange', ask);
    return () => {
      document.removeEventListener('visibilitychange', ask);
      void lock?.release();
    };
  }, []);
}
