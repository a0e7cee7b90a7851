import { ALARM_STATES, alarms, readAlarms, readMoreAlarms } from '../model/alarm-list.ts';
import type { AlarmState } from '../model/api.ts';
import { replaceParams, route } from '../model/route.ts';
import { useStore } from '../model/use-store.ts';
import { AlarmCard } from '../parts/alarm-card.tsx';
import { Empty } from '../parts/empty.tsx';

const STATE_NAMES: Record<AlarmState, string> = {
  open: 'Firing',
  acknowledged: 'Acknowledged',
  ended: 'Ended',
  resolved: 'Resolved',
};

const NOTHING: Record<AlarmState, { title: string; hint: string }> = {
  open: {
    title: 'No alarm is firing',
    hint: 'One opens when a defect is predicted with a probability above its threshold.',
  },
  acknowledged: {
    title: 'Nobody is looking after an alarm',
    hint: 'Acknowledge a firing alarm to tell the others that you do.',
  },
  ended: {
    title: 'No alarm ended by itself',
    hint: 'An alarm ends when no such wafer came for a while.',
  },
  resolved: { title: 'No alarm was resolved yet', hint: 'Alarms that a person ended are here.' },
};

/** Alarms by state; one alarm is one situation of a fab, a camera and a pattern. */
export function AlarmsView() {
  const { params } = useStore(route);
  const { by, loading, error } = useStore(alarms);
  const state = ALARM_STATES.find((name) => name === params.get('state')) ?? 'open';
  const { alarms: shown, next } = by[state];
  return (
    <div class='page'>
      <div class='segments' role='tablist' aria-label='Alarms by state'>
        {ALARM_STATES.map((name) => (
          <button
            key={name}
            type='button'
            role='tab'
            aria-selected={name === state}
            class={`segment ${name}`}
            onClick={() => replaceParams({ state: name === 'open' ? undefined : name })}
          >
            {STATE_NAMES[name]}{' '}
            <b>
              {by[name].alarms.length}
              {by[name].next !== null && '+'}
            </b>
          </button>
        ))}
      </div>
      {error
        ? (
          <Empty title={error}>
            <button type='button' class='primary' onClick={() => void readAlarms()}>
              Try again
            </button>
          </Empty>
        )
        : shown.length === 0
        ? !loading && <Empty {...NOTHING[state]} />
        : (
          <ul class='alarms'>
            {shown.map((alarm) => <AlarmCard key={alarm.id} alarm={alarm} />)}
          </ul>
        )}
      {next !== null && (
        <button
          type='button'
          class='more'
          onClick={() => void readMoreAlarms(state)}
        >
          Older alarms
        </button>
      )}
    </div>
  );
}
