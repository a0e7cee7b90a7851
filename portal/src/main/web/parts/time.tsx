import { ago, localTime, shortTime, utcTime } from '../model/time.ts';

/** A time in the reader's zone; UTC when pointed at. */
export function Time(props: {
  at: number | string;
  relative?: boolean;
  /** Where there is little room. */
  short?: boolean;
}) {
  const { at, relative = false, short = false } = props;
  const millis = typeof at === 'number' ? at : Date.parse(at);
  if (Number.isNaN(millis)) {
    return <span class='time'>{at}</span>;
  }
  const now = Date.now();
  const text = relative
    ? ago(millis, now)
    : short
    ? shortTime(millis, now)
    : localTime(millis, now);
  const title = relative || short
    ? `${localTime(millis, now)} · ${utcTime(millis)}`
    : utcTime(millis);
  return (
    <time class='time' dateTime={new Date(millis).toISOString()} title={title}>
      {text}
    </time>
  );
}
