import { useState } from 'preact/hooks';
import type { Alarm, AlarmState } from '../model/api.ts';
import { api } from '../model/api.ts';
import { ALARM_STATES, alarms, putAlarm, readAlarms, readMoreAlarms } from '../model/alarm-list.ts';
import { href, replaceParams, route } from '../model/route.ts';
import { mayReview } from '../model/session.ts';
import { useStore } from '../model/use-store.ts';
import { keyText } from '../model/wafer-key.ts';
import { AlarmWafer } from '../parts/alarm-wafer.tsx';
import { Empty } from '../parts/empty.tsx';
import { PatternName } from '../parts/pattern.tsx';
import { Time } from '../parts/time.tsx';

const STATE_NAMES: Record<AlarmState, string> = {
  firing: 'Firing',
  acknowledged: 'Acknowledged',
  resolved: 'Resolved',
};

const NOTHING: Record<AlarmState, { title: string; hint: string }> = {
  firing: {
    title: 'No alarm is firing',
    hint: 'One opens when a defect is predicted with a probability above its threshold.',
  },
  acknowledged: {
    title: 'Nobody is looking after an alarm',
    hint: 'Acknowledge a firing alarm to tell the others that you do.',
  },
  resolved: { title: 'No alarm was resolved yet', hint: 'Ended alarms are kept here.' },
};

/** Alarms by state; one alarm is one situation of a fab, a camera and a pattern. */
export function AlarmsView() {
  const { params } = useStore(route);
  const { by, loading, error } = useStore(alarms);
  const state = ALARM_STATES.find((name) => name === params.get('state')) ?? 'firing';
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
            onClick={() => replaceParams({ state: name === 'firing' ? undefined : name })}
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
        ? (
          !loading && <Empty {...NOTHING[state]} />
        )
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

function AlarmCard({ alarm }: { alarm: Alarm }) {
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const { fab, camera } = alarm;
  const act = async (action: (id: number) => Promise<Alarm>) => {
    setBusy(true);
    setError(null);
    try {
      putAlarm(await action(alarm.id));
    } catch (e) {
      setError((e as Error).message);
    }
    setBusy(false);
  };
  const last = { fab, camera, imgid: alarm.lastImgid, timestamp: alarm.lastTimestamp };
  const toLast = href('wafers', { fab, camera, label: alarm.prediction, w: keyText(last) });
  return (
    <li class={`alarm ${alarm.state}`}>
      <a href={toLast} aria-label={`Wafer ${alarm.lastImgid}`}>
        <AlarmWafer wafer={last} />
      </a>
      <div class='alarm-words'>
        <h2>
          <PatternName label={alarm.prediction} />
          <span>
            {fab} / {camera}
          </span>
        </h2>
        <p>
          <b>{alarm.count.toLocaleString('en')}</b> {alarm.count === 1 ? 'wafer' : 'wafers'}, first
          {' '}
          <Time at={alarm.firstAt} />, last <Time at={alarm.lastAt} /> with{' '}
          {(alarm.lastProbability * 100).toFixed(1)} %
        </p>
        <p class='fine'>
          {alarm.acknowledgedAt && (
            <>
              Acknowledged by {alarm.acknowledgedBy}, <Time at={alarm.acknowledgedAt} />.{' '}
            </>
          )}
          {alarm.resolvedAt && (
            <>
              Resolved {alarm.resolvedBy ? `by ${alarm.resolvedBy}` : 'by itself'},{' '}
              <Time at={alarm.resolvedAt} />.
            </>
          )}
        </p>
        {error && (
          <p class='error' role='alert'>
            {error}
          </p>
        )}
      </div>
      <div class='alarm-actions'>
        <a class='button' href={toLast}>
          Wafers
        </a>
        {mayReview() && alarm.state === 'firing' && (
          <button
            type='button'
            disabled={busy}
            onClick={() => void act(api.acknowledge)}
          >
            Acknowledge
          </button>
        )}
        {mayReview() && alarm.state !== 'resolved' && (
          <button
            type='button'
            disabled={busy}
            onClick={() => void act(api.resolve)}
          >
            Resolve
          </button>
        )}
      </div>
    </li>
  );
}
