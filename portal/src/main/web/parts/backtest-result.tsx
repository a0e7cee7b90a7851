import type { Backtest, BacktestAlarm, Verdict } from '../model/api-alarms.ts';
import { href } from '../model/route.ts';
import { keyText } from '../model/wafer-key.ts';
import { Time } from './time.tsx';

const VERDICTS: Record<Verdict, string> = {
  confirmed: '✓ confirmed',
  false: '✗ false',
  unjudged: '– not judged',
};

/** What a rule would have done. */
export function BacktestResult({ result }: { result: Backtest }) {
  return (
    <section class='backtest' aria-label='Backtest'>
      <p role='status'>
        <b>{result.words}</b>
      </p>
      <p class='fine'>
        {result.wafers.toLocaleString('en')} wafers judged in {result.seconds.toFixed(1)} s.
        {result.cut && ` It does not cover all of the time: ${result.cut}.`}{' '}
        An alarm counts as confirmed or false by alarms that people resolved and by labels; missed
        are alarms that people confirmed and that this rule would not have opened.
      </p>
      {result.items.length > 0 && (
        <div class='table-box'>
          <table>
            <thead>
              <tr>
                <th scope='col'>From</th>
                <th scope='col'>To</th>
                <th scope='col'>Wafers</th>
                <th scope='col'>Was</th>
                <th scope='col'>Why</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {result.items.map((alarm, i) => <AlarmRow key={i} alarm={alarm} />)}
            </tbody>
          </table>
        </div>
      )}
      {result.missedAlarms.length > 0 && (
        <p>
          Missed: {result.missedAlarms
            .map((alarm) => `${alarm.prediction} at ${alarm.fab}/${alarm.camera} (${alarm.id})`)
            .join(', ')}
        </p>
      )}
    </section>
  );
}

function AlarmRow({ alarm }: { alarm: BacktestAlarm }) {
  const newest = alarm.newest[0];
  return (
    <tr>
      <td>
        <Time at={alarm.firstSeenAt} />
      </td>
      <td>
        <Time at={alarm.lastSeenAt} />
      </td>
      <td>{alarm.wafers.toLocaleString('en')}</td>
      <td>{VERDICTS[alarm.verdict]}</td>
      <td class='wide'>{alarm.reason}</td>
      <td>
        {newest && (
          <a
            href={href('wafers', {
              fab: newest.fab,
              camera: newest.camera,
              w: keyText(newest),
            })}
          >
            Wafer
          </a>
        )}
      </td>
    </tr>
  );
}
