import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useKeys } from '../model/keys.ts';
import { putAlarm } from '../model/alarm-list.ts';
import { type Alarm, api } from '../model/api.ts';
import { href } from '../model/route.ts';
import { mayReview } from '../model/session.ts';
import { keyText } from '../model/wafer-key.ts';
import { AlarmWafers } from './alarm-wafers.tsx';
import { PatternName } from './pattern.tsx';
import { Time } from './time.tsx';

const MAX_COMMENT = 2_000;

/** One alarm: what, where, since when, who did what, and what to do. */
export function AlarmCard({ alarm }: { alarm: Alarm }) {
  const { fab, camera, prediction } = alarm;
  const last = { fab, camera, imgid: alarm.lastImgid, timestamp: alarm.lastTimestamp };
  return (
    <li class={`alarm ${alarm.state}`}>
      <div class='alarm-words'>
        <h2>
          <PatternName label={prediction} />
          <span>
            {fab} / {camera}
          </span>
        </h2>
        <p>
          <b>{alarm.wafers.toLocaleString('en')}</b> {alarm.wafers === 1 ? 'wafer' : 'wafers'}
          {alarm.wafers > 1 && (
            <>
              {' '}
              from <Time at={alarm.firstSeenAt} />
            </>
          )}
          {alarm.wafers > 1 ? ' to ' : ' at '}
          <Time at={alarm.lastSeenAt} />, probability up to{' '}
          {(alarm.maxProbability * 100).toFixed(1)} %
        </p>
        <Past alarm={alarm} />
      </div>
      <AlarmWafers alarm={alarm} />
      <div class='alarm-actions'>
        <a
          class='button'
          href={href('wafers', { fab, camera, label: prediction, w: keyText(last) })}
        >
          Wafers
        </a>
        {mayReview() && <Actions alarm={alarm} />}
      </div>
    </li>
  );
}

function Past({ alarm }: { alarm: Alarm }) {
  return (
    <p class='fine'>
      {alarm.acknowledgedAt && (
        <>
          Acknowledged by {alarm.acknowledgedBy}, <Time at={alarm.acknowledgedAt} />.{' '}
        </>
      )}
      {alarm.closedAt && (
        <>
          {alarm.closedBy ? `Resolved by ${alarm.closedBy}` : 'Ended by itself'},{' '}
          <Time at={alarm.closedAt} />.{' '}
        </>
      )}
      {alarm.comment && <q>{alarm.comment}</q>}
    </p>
  );
}

function Actions({ alarm }: { alarm: Alarm }) {
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [resolving, setResolving] = useState(false);
  const act = async (action: Promise<Alarm>) => {
    setBusy(true);
    setError(null);
    try {
      putAlarm(await action);
    } catch (e) {
      setError((e as Error).message);
    }
    setBusy(false);
  };
  return (
    <>
      {alarm.state === 'open' && (
        <button
          type='button'
          disabled={busy}
          onClick={() => void act(api.acknowledge(alarm.id))}
        >
          Acknowledge
        </button>
      )}
      {alarm.state !== 'resolved' && !resolving && (
        <button
          type='button'
          disabled={busy}
          onClick={() => setResolving(true)}
        >
          Resolve
        </button>
      )}
      {resolving && alarm.state !== 'resolved' && (
        <Resolve
          busy={busy}
          resolve={(comment) => void act(api.resolve(alarm.id, comment))}
          cancel={() => setResolving(false)}
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

function Resolve(props: {
  busy: boolean;
  resolve: (comment: string) => void;
  cancel: () => void;
}) {
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
        props.resolve(comment.trim());
      }}
    >
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
