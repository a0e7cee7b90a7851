import { useState } from 'preact/hooks';
import type { Alarm } from '../model/api-alarms.ts';
import { evidenceUrl } from '../model/api-wafers.ts';
import { href } from '../model/route.ts';
import { mayReview } from '../model/session.ts';
import { keyText } from '../model/wafer-key.ts';
import { AlarmActions } from './alarm-actions.tsx';
import { AlarmHistory } from './alarm-history.tsx';
import { AlarmWafers } from './alarm-wafers.tsx';
import { PatternName } from './pattern.tsx';
import { Time } from './time.tsx';

/** One alarm: what, where, why, since when, who did what, and what to do. */
export function AlarmCard({ alarm }: { alarm: Alarm }) {
  const [open, setOpen] = useState(false);
  return (
    <li class={`alarm ${alarm.state}`}>
      <div class='alarm-row'>
        <div class='alarm-words'>
          <Headline alarm={alarm} />
          {alarm.reason && <p class='alarm-reason'>{alarm.reason}</p>}
          <Past alarm={alarm} />
        </div>
        {alarm.kind === 'wafers' && <AlarmWafers alarm={alarm} />}
        <div class='alarm-actions'>
          <WaferLink alarm={alarm} />
          <button type='button' aria-expanded={open} onClick={() => setOpen(!open)}>
            History
          </button>
          {mayReview() && <AlarmActions alarm={alarm} />}
        </div>
      </div>
      {open && <AlarmHistory alarm={alarm} />}
    </li>
  );
}

function WaferLink({ alarm }: { alarm: Alarm }) {
  const { fab, camera, prediction, lastImgid } = alarm;
  if (fab === null || camera === null || lastImgid === null) {
    return null;
  }
  const last = { fab, camera, imgid: lastImgid, timestamp: alarm.lastTimestamp };
  return (
    <>
      <a
        class='button'
        href={href('wafers', { fab, camera, label: prediction, w: keyText(last) })}
      >
        Wafers
      </a>
      <a
        class='button'
        href={evidenceUrl(last, 'pdf')}
        target='_blank'
        rel='noopener'
        title='All that is known of its last wafer, on one page'
      >
        Evidence
      </a>
    </>
  );
}

function Headline({ alarm }: { alarm: Alarm }) {
  const place = alarm.fab === null ? alarm.subject : `${alarm.fab} / ${alarm.camera}`;
  if (alarm.kind !== 'wafers') {
    return (
      <>
        <h2>
          <span class='alarm-kind'>{alarm.prediction}</span>
          <span>{place}</span>
        </h2>
        <p>
          since <Time at={alarm.openedAt} />
        </p>
      </>
    );
  }
  return (
    <>
      <h2>
        <PatternName label={alarm.prediction} />
        <span>{place}</span>
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
        <Time at={alarm.lastSeenAt} />, probability up to {(alarm.maxProbability * 100).toFixed(1)}
        {' %'}
      </p>
    </>
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
      {alarm.state === 'suppressed' && alarm.suppressedUntil && (
        <>
          Suppressed by {alarm.suppressedBy} until <Time at={alarm.suppressedUntil} />:{' '}
          <q>{alarm.suppressReason}</q>
          {' '}
        </>
      )}
      {alarm.closedAt && (
        <>
          {alarm.closedBy ? `Resolved by ${alarm.closedBy}` : 'Ended by itself'}
          {alarm.cause && ` as ${alarm.cause}`}, <Time at={alarm.closedAt} />.{' '}
        </>
      )}
      {alarm.comment && <q>{alarm.comment}</q>}
    </p>
  );
}
