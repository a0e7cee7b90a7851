import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { putAlarm } from '../model/alarm-list.ts';
import { type Alarm, alarmApi, type AlarmCause, CAUSES } from '../model/api-alarms.ts';
import { useKeys } from '../model/keys.ts';

const MAX_COMMENT = 2_000;
const MINUTE_MILLIS = 60_000;

/** How long an alarm may be suppressed, in minutes. */
const SPANS: [number, string][] = [
  [60, '1 hour'],
  [240, '4 hours'],
  [480, '8 hours, a shift'],
  [1_440, '1 day'],
  [10_080, '1 week'],
];

const CAUSE_NAMES: Record<AlarmCause, string> = {
  confirmed: 'Confirmed: there was something',
  false: 'False: there was nothing',
  test: 'Test: somebody tried something',
};

/** What a person can do about an alarm. */
export function AlarmActions({ alarm }: { alarm: Alarm }) {
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState<'suppress' | 'resolve' | null>(null);
  const act = async (action: Promise<Alarm>) => {
    setBusy(true);
    setError(null);
    try {
      putAlarm(await action);
      setAsking(null);
    } catch (e) {
      setError((e as Error).message);
    }
    setBusy(false);
  };
  const lasts = alarm.state !== 'ended' && alarm.state !== 'resolved';
  return (
    <>
      {alarm.state === 'open' && (
        <button
          type='button'
          disabled={busy}
          onClick={() => void act(alarmApi.acknowledge(alarm.id))}
        >
          Acknowledge
        </button>
      )}
      {alarm.state === 'suppressed' && (
        <button
          type='button'
          disabled={busy}
          onClick={() => void act(alarmApi.resume(alarm.id))}
        >
          Resume
        </button>
      )}
      {lasts && alarm.state !== 'suppressed' && asking === null && (
        <button
          type='button'
          disabled={busy}
          onClick={() => setAsking('suppress')}
        >
          Suppress
        </button>
      )}
      {alarm.state !== 'resolved' && asking === null && (
        <button
          type='button'
          disabled={busy}
          onClick={() => setAsking('resolve')}
        >
          Resolve
        </button>
      )}
      {asking === 'suppress' && (
        <Suppress
          busy={busy}
          suppress={(until, reason) => void act(alarmApi.suppress(alarm.id, until, reason))}
          cancel={() => setAsking(null)}
        />
      )}
      {asking === 'resolve' && alarm.state !== 'resolved' && (
        <Resolve
          busy={busy}
          resolve={(cause, comment) => void act(alarmApi.resolve(alarm.id, cause, comment))}
          cancel={() => setAsking(null)}
        />
      )}
      {error && (
        <p class='error' role='alert'>
          {error}
        </p>
      )}
    </>
  );
}

function Suppress(props: {
  busy: boolean;
  suppress: (until: number, reason: string) => void;
  cancel: () => void;
}) {
  const [minutes, setMinutes] = useState(SPANS[0]![0]);
  const [reason, setReason] = useState('');
  const ref = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => ref.current?.focus(), []);
  useKeys({ Escape: props.cancel });
  return (
    <form
      class='resolve'
      onSubmit={(event) => {
        event.preventDefault();
        props.suppress(Date.now() + minutes * MINUTE_MILLIS, reason.trim());
      }}
    >
      <select
        aria-label='For how long'
        value={minutes}
        onChange={(e) => setMinutes(Number(e.currentTarget.value))}
      >
        {SPANS.map(([span, words]) => <option key={span} value={span}>{words}</option>)}
      </select>
      <input
        ref={ref}
        aria-label='Reason'
        placeholder='Why'
        required
        maxLength={MAX_COMMENT}
        value={reason}
        onInput={(e) => setReason(e.currentTarget.value)}
      />
      <button type='submit' class='primary' disabled={props.busy}>
        Suppress
      </button>
      <button type='button' onClick={props.cancel}>
        Cancel
      </button>
    </form>
  );
}

function Resolve(props: {
  busy: boolean;
  resolve: (cause: AlarmCause, comment: string) => void;
  cancel: () => void;
}) {
  const [cause, setCause] = useState<AlarmCause>('confirmed');
  const [comment, setComment] = useState('');
  const ref = useRef<HTMLInputElement>(null);
  // Before the next key: it belongs to the comment already.
  useLayoutEffect(() => ref.current?.focus(), []);
  useKeys({ Escape: props.cancel });
  return (
    <form
      class='resolve'
      onSubmit={(event) => {
        event.preventDefault();
        props.resolve(cause, comment.trim());
      }}
    >
      <select
        aria-label='What it was'
        value={cause}
        onChange={(e) => setCause(e.currentTarget.value as AlarmCause)}
      >
        {CAUSES.map((name) => <option key={name} value={name}>{CAUSE_NAMES[name]}</option>)}
      </select>
      <input
        ref={ref}
        aria-label='Comment'
        placeholder='What it was (optional)'
        maxLength={MAX_COMMENT}
        value={comment}
        onInput={(e) => setComment(e.currentTarget.value)}
      />
      <button type='submit' class='primary' disabled={props.busy}>
        Resolve
      </button>
      <button type='button' onClick={props.cancel}>
        Cancel
      </button>
    </form>
  );
}
