import { ALARM_STATES, alarms, readAlarms, readMoreAlarms } from '../model/alarm-list.ts';
import type { AlarmState } from '../model/api-alarms.ts';
import { replaceParams, route } from '../model/route.ts';
import { useStore } from '../model/use-store.ts';
import { AlarmCard } from '../parts/alarm-card.tsx';
import { AlarmWays } from '../parts/alarm-ways.tsx';
import { Empty } from '../parts/empty.tsx';
import { AlarmRules } from './alarm-rules.tsx';
import { Holds } from './holds.tsx';

const STATE_NAMES: Record<AlarmState, string> = {
  open: 'Firing',
  acknowledged: 'Acknowledged',
  suppressed: 'Suppressed',
  ended: 'Ended',
  resolved: 'Resolved',
};

const NOTHING: Record<AlarmState, { title: string; hint: string }> = {
  open: {
    title: 'No alarm is firing',
    hint:
      'One opens when a rule finds wafers alarming, or when the hub finds a trouble of its own.',
  },
  acknowledged: {
    title: 'Nobody is looking after an alarm',
    hint: 'Acknowledge a firing alarm to tell the others that you do.',
  },
  suppressed: {
    title: 'No alarm is suppressed',
    hint: 'Suppress a firing alarm to hear nothing of it until a time.',
  },
  ended: {
    title: 'No alarm ended by itself',
    hint: 'An alarm ends when no such wafer came for a while.',
  },
  resolved: { title: 'No alarm was resolved yet', hint: 'Alarms that a person ended are here.' },
};

const TABS = { alarms: 'Alarms', rules: 'Rules', holds: 'Holds', ways: 'Ways out' } as const;
type Tab = keyof typeof TABS;

/** Alarms, the rules that open them, the lots that they hold, and who is told. */
export function AlarmsView() {
  const { params } = useStore(route);
  const tab = (Object.keys(TABS) as Tab[]).find((name) => name === params.get('tab')) ?? 'alarms';
  return (
    <div class='page'>
      <nav class='subtabs' aria-label='Alarms'>
        {(Object.keys(TABS) as Tab[]).map((name) => (
          <button
            key={name}
            type='button'
            aria-current={name === tab ? 'page' : undefined}
            onClick={() =>
              replaceParams({ tab: name === 'alarms' ? undefined : name, state: undefined })}
          >
            {TABS[name]}
          </button>
        ))}
      </nav>
      {tab === 'alarms' && <AlarmList />}
      {tab === 'rules' && <AlarmRules />}
      {tab === 'holds' && <Holds />}
      {tab === 'ways' && <AlarmWays />}
    </div>
  );
}

/** Alarms by state; one alarm is one situation. */
function AlarmList() {
  const { params } = useStore(route);
  const { by, loading, error } = useStore(alarms);
  const state = ALARM_STATES.find((name) => name === params.get('state')) ?? 'open';
  const { alarms: shown, next } = by[state];
  return (
    <>
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
    </>
  );
}
