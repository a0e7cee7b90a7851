import type { ModelEvent } from '../model/api-models.ts';
import { Time } from './time.tsx';

const ACTIONS: Record<string, string> = {
  'model.added': 'came',
  'model.judged': 'was judged by the gate',
  'model.testing': 'was put into test',
  'model.displaced': 'left the test for another model',
  'model.approved': 'was approved',
  'model.rejected': 'was rejected',
  'model.deployed': 'was deployed',
  'model.taken-back': 'was taken back',
  'model.rolled-back': 'was gone back to',
};

/** Who did what to a model, the newest first. */
export function ModelHistory({ events }: { events: readonly ModelEvent[] }) {
  return (
    <section class='panel' aria-label='History'>
      <div class='table-box'>
        <table>
          <thead>
            <tr>
              <th scope='col'>When</th>
              <th scope='col'>What</th>
              <th scope='col'>By</th>
              <th scope='col'>Details</th>
            </tr>
          </thead>
          <tbody>
            {events.map((event, i) => (
              <tr key={i}>
                <td>
                  <Time at={event.at} />
                </td>
                <td>
                  {ACTIONS[event.action] ?? event.action}
                  {'override' in event.detail && (
                    <span class='mark mark-bad override'>against the gate</span>
                  )}
                </td>
                <td>{event.actor.replace(/^user:/, '')}</td>
                <td class='wide'>
                  {Object.entries(event.detail).map(([name, value]) => (
                    <span key={name} class='detail'>
                      <span class='fine'>{name}</span> {text(value)}
                    </span>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Ids are told short; everything else as it is. */
function text(value: unknown): string {
  const words = typeof value === 'string' ? value : JSON.stringify(value);
  return /^[0-9a-f]{64}$/.test(words) ? words.slice(0, 12) : words;
}
