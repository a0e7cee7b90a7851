import { useEffect, useState } from 'preact/hooks';
import { alarmApi, type Hold, type HoldState } from '../model/api-alarms.ts';
import { live } from '../model/live.ts';
import { href } from '../model/route.ts';
import { mayReview } from '../model/session.ts';
import { keyText } from '../model/wafer-key.ts';
import { Empty } from '../parts/empty.tsx';
import { Time } from '../parts/time.tsx';

const SHOWN = 200;

const STATE_NAMES: Record<HoldState, string> = {
  proposed: 'proposed: confirm or dismiss',
  held: 'held',
  shadow: 'shadow: would have been held',
  dismissed: 'dismissed',
  released: 'released',
};

/** The lots that rules hold, or would, with what a person can decide. */
export function Holds() {
  const [holds, setHolds] = useState<Hold[] | null>(null);
  const [error, setError] = useState<string | null>(null);
  const read = () =>
    alarmApi.holds(undefined, SHOWN).then(
      ({ items }) => setHolds(items),
      (e: Error) => setError(e.message),
    );
  useEffect(() => {
    void read();
    // A rule that fires may hold a lot; the hub tells of the alarm alone.
    return live.on('alarm', () => void read());
  }, []);
  const decide = async (id: number, decision: 'confirm' | 'dismiss' | 'release') => {
    setError(null);
    try {
      await alarmApi.decide(id, decision);
    } catch (e) {
      setError((e as Error).message);
    }
    await read();
  };
  return (
    <section aria-label='Holds'>
      {error && (
        <p class='error' role='alert'>
          {error}
        </p>
      )}
      {holds?.length === 0 && (
        <Empty
          title='No lot is held, and none would be'
          hint='A rule holds the lots of its wafers when its action says so, in shadow mode first.'
        />
      )}
      {holds !== null && holds.length > 0 && (
        <div class='table-box'>
          <table>
            <thead>
              <tr>
                <th scope='col'>What</th>
                <th scope='col'>Where</th>
                <th scope='col'>Why</th>
                <th scope='col'>State</th>
                <th scope='col'>Noted</th>
                <th scope='col'>Map to hold</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {holds.map((hold) => <HoldRow key={hold.id} hold={hold} decide={decide} />)}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function HoldRow(props: {
  hold: Hold;
  decide: (id: number, decision: 'confirm' | 'dismiss' | 'release') => Promise<void>;
}) {
  const { hold, decide } = props;
  const [busy, setBusy] = useState(false);
  const act = (decision: 'confirm' | 'dismiss' | 'release') => {
    setBusy(true);
    void decide(hold.id, decision).finally(() => setBusy(false));
  };
  const { fab, camera } = hold;
  return (
    <tr>
      <td>
        <a href={href('wafers', { fab, camera, w: keyText(hold) })}>
          {hold.lot === null ? `wafer ${hold.imgid}` : `lot ${hold.lot}`}
        </a>
      </td>
      <td>
        {fab} / {camera}
      </td>
      <td class='wide'>{hold.reason}</td>
      <td>
        {STATE_NAMES[hold.state]}
        {hold.heldBy && `, by ${hold.heldBy}`}
        {hold.closedBy && `, by ${hold.closedBy}`}
      </td>
      <td>
        <Time at={hold.notedAt} />
      </td>
      <td>
        <Took hold={hold} />
      </td>
      <td class='actions'>
        {mayReview() && hold.state === 'proposed' && (
          <>
            <button type='button' class='primary' disabled={busy} onClick={() => act('confirm')}>
              Hold
            </button>
            <button type='button' disabled={busy} onClick={() => act('dismiss')}>
              Dismiss
            </button>
          </>
        )}
        {mayReview() && hold.state === 'held' && (
          <button
            type='button'
            disabled={busy}
            onClick={() => act('release')}
          >
            Release
          </button>
        )}
      </td>
    </tr>
  );
}

/** From the moment the hub had the wafer. */
function Took({ hold }: { hold: Hold }) {
  const { receivedToNoted, receivedToSent } = hold.seconds;
  return (
    <>
      noted after {receivedToNoted.toFixed(2)} s
      {receivedToSent !== null && `, sent after ${receivedToSent.toFixed(2)} s`}
    </>
  );
}
