// Alarms by state, kept current for the badge and the Alarms view alike.

import { type Alarm, alarmApi, type AlarmState } from './api-alarms.ts';
import { live } from './live.ts';
import { Store } from './store.ts';

export const ALARM_STATES: readonly AlarmState[] = [
  'open',
  'acknowledged',
  'suppressed',
  'ended',
  'resolved',
];

/** Alarms of one state read at first; more on demand. */
const PAGE = 200;

export interface AlarmsOfState {
  alarms: readonly Alarm[];
  next: string | null;
}

export interface AlarmListState {
  by: Record<AlarmState, AlarmsOfState>;
  loading: boolean;
  error: string | null;
}

const NOTHING: AlarmsOfState = { alarms: [], next: null };

export const alarms = new Store<AlarmListState>({
  by: {
    open: NOTHING,
    acknowledged: NOTHING,
    suppressed: NOTHING,
    ended: NOTHING,
    resolved: NOTHING,
  },
  loading: true,
  error: null,
});

export async function readAlarms(): Promise<void> {
  alarms.update((s) => ({ ...s, loading: true, error: null }));
  try {
    const pages = await Promise.all(ALARM_STATES.map((state) => alarmApi.list(state, PAGE, null)));
    const of = (i: number) => ({ alarms: pages[i]!.items, next: pages[i]!.next });
    alarms.set({
      by: { open: of(0), acknowledged: of(1), suppressed: of(2), ended: of(3), resolved: of(4) },
      loading: false,
      error: null,
    });
  } catch (e) {
    alarms.update((s) => ({ ...s, loading: false, error: (e as Error).message }));
  }
}

export async function readMoreAlarms(state: AlarmState): Promise<void> {
  const { next } = alarms.get().by[state];
  if (next !== null) {
    const page = await alarmApi.list(state, PAGE, next);
    alarms.update((s) => {
      const known = new Set(s.by[state].alarms.map((a) => a.id));
      const older = page.items.filter((a) => !known.has(a.id));
      const now = { alarms: [...s.by[state].alarms, ...older], next: page.next };
      return { ...s, by: { ...s.by, [state]: now } };
    });
  }
}

/** An alarm as it is now: it leaves the state it was in. */
export function putAlarm(alarm: Alarm): void {
  alarms.update((s) => {
    const by = { ...s.by };
    for (const state of ALARM_STATES) {
      const others = by[state].alarms.filter((a) => a.id !== alarm.id);
      const now = state === alarm.state ? [alarm, ...others].sort((a, b) => b.id - a.id) : others;
      by[state] = { ...by[state], alarms: now };
    }
    return { ...s, by };
  });
}

/** Watches while somebody is logged in; returns what ends it. */
export function followAlarms(): () => void {
  void readAlarms();
  const ends = [live.on('alarm', putAlarm), live.on('refetch', () => void readAlarms())];
  return () => ends.forEach((end) => end());
}
