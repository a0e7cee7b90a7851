import { useEffect, useState } from 'preact/hooks';
import { type Alarm, alarmApi, type AlarmEvent } from '../model/api-alarms.ts';
import { mayReview } from '../model/session.ts';
import { Time } from './time.tsx';

const MAX_COMMENT = 2_000;

/** What happened to an alarm and who did it, and a place to say something. */
export function AlarmHistory({ alarm }: { alarm: Alarm }) {
  const [events, setEvents] = useState<AlarmEvent[]>([]);
  const [comment, setComment] = useState('');
  const [error, setError] = useState<string | null>(null);
  const read = () =>
    alarmApi.history(alarm.id).then(
      ({ items }) => setEvents(items),
      (e: Error) => setError(e.message),
    );
  useEffect(() => void read(), [alarm]);
  const say = async () => {
    try {
      await alarmApi.comment(alarm.id, comment.trim());
      setComment('');
      setError(null);
    } catch (e) {
      setError((e as Error).message);
    }
    void read();
  };
  return (
    <div class='alarm-history'>
      <ol aria-label='History'>
        {events.map((event) => (
          <li key={event.id}>
            <Time at={event.at} /> <b>{event.what}</b> by {event.by ?? 'the hub'}
            {event.words && `: ${event.words}`}
          </li>
        ))}
      </ol>
      {mayReview() && (
        <form
          class='resolve'
          onSubmit={(e) => {
            e.preventDefault();
            void say();
          }}
        >
          <input
            aria-label='Say something'
            placeholder='Say something; it stays'
            required
            maxLength={MAX_COMMENT}
            value={comment}
            onInput={(e) => setComment(e.currentTarget.value)}
          />
          <button type='submit'>Comment</button>
        </form>
      )}
      {error && (
        <p class='error' role='alert'>
          {error}
        </p>
      )}
    </div>
  );
}
