import { ago, localTime, utcTime } from '../model/time.ts';

/** A time in the reader's zone; UTC when pointed at. */
export function Time({ at, relative = false }: { at: number | string; relative?: boolean }) {
  const millis = typeof at === 'number' ? at : Date.parse(at);
  if (Number.isNaN(millis)) {
    return <span class='time'>{at}</span>;
  }
  const now = Date.now();
  const text = relative ? ago(millis, now) : localTime(millis, now);
  const title = relative ? `${localTime(millis, now)} · ${utcTime(millis)}` : utcTime(millis);
  return (
    <time class='time' dateTime={new Date(millis).toISOString()} title={title}>
      {text}
    </time>
  );
}
