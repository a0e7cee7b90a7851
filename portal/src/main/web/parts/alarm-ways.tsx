import { useEffect, useState } from 'preact/hooks';
import { alarmApi, type TriedWay, type Way } from '../model/api-alarms.ts';
import { mayReview } from '../model/session.ts';

const WORDS: Record<string, string> = {
  log: "the hub's log",
  mqtt: 'the broker: lots that are held and released',
  webhook: 'the webhook: alarms, lots that are held and released',
  mail: 'e-mail: alarms',
};

/** By which ways the hub tells of alarms, how they do, and a test of them. */
export function AlarmWays() {
  const [ways, setWays] = useState<Way[]>([]);
  const [tried, setTried] = useState<TriedWay[] | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    alarmApi.ways().then(
      ({ items }) => setWays(items),
      (e: Error) => setError(e.message),
    );
  }, [tried]);
  const test = async () => {
    setBusy(true);
    setError(null);
    try {
      setTried((await alarmApi.testWays()).items);
    } catch (e) {
      setError((e as Error).message);
    }
    setBusy(false);
  };
  return (
    <section class='stacked' aria-label='Ways out'>
      <p class='fine'>
        An alarm that opens is told by each way once, and tried again until it arrives. The settings
        of the hub say which ways there are.
      </p>
      <div class='table-box'>
        <table>
          <thead>
            <tr>
              <th scope='col'>Way</th>
              <th scope='col'>Carries to</th>
              <th scope='col'>Waiting</th>
              <th scope='col'>Last try</th>
              <th scope='col'>Test</th>
            </tr>
          </thead>
          <tbody>
            {ways.map((way) => (
              <tr key={way.way}>
                <td>{way.way}</td>
                <td>{WORDS[way.way] ?? ''}</td>
                <td>{way.waiting.toLocaleString('en')}</td>
                <td>{way.failing ? 'failed' : 'went well'}</td>
                <td>
                  <Result tried={tried?.find((one) => one.way === way.way)} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {mayReview() && (
        <p>
          <button type='button' class='primary' disabled={busy} onClick={() => void test()}>
            {busy ? 'Testing…' : 'Send a test by every way'}
          </button>
        </p>
      )}
      {error && (
        <p class='error' role='alert'>
          {error}
        </p>
      )}
    </section>
  );
}

function Result({ tried }: { tried: TriedWay | undefined }) {
  if (tried === undefined) {
    return <>–</>;
  }
  return tried.delivered
    ? <>delivered in {tried.millis.toLocaleString('en')} ms</>
    : <span class='error'>failed: {tried.failure}</span>;
}
