// Times in the reader's zone, to the second, in an order that sorts.

const two = (n: number) => String(n).padStart(2, '0');

export function localDate(millis: number): string {
  const d = new Date(millis);
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
}

export function localClock(millis: number): string {
  const d = new Date(millis);
  return `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;
}

/** The clock alone for today's times, else date and clock. */
export function localTime(millis: number, now: number): string {
  const date = localDate(millis);
  return date === localDate(now) ? localClock(millis) : `${date} ${localClock(millis)}`;
}

/** As short as it tells: the clock for today's times, then the day and minute, then the date. */
export function shortTime(millis: number, now: number): string {
  const [date, today] = [localDate(millis), localDate(now)];
  return date === today
    ? localClock(millis)
    : date.slice(0, 4) === today.slice(0, 4)
    ? `${date.slice(5)} ${localClock(millis).slice(0, 5)}`
    : date;
}

export function utcTime(millis: number): string {
  return `${new Date(millis).toISOString().replace('T', ' ').replace(/\.\d+Z$/, '')} UTC`;
}

/** How long ago, in the largest unit that fits. */
export function ago(millis: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - millis) / 1000));
  if (seconds < 60) {
    return `${seconds} s ago`;
  }
  if (seconds < 3600) {
    return `${Math.floor(seconds / 60)} min ago`;
  }
  if (seconds < 86_400) {
    return `${Math.floor(seconds / 3600)} h ago`;
  }
  const days = Math.floor(seconds / 86_400);
  return days === 1 ? '1 day ago' : `${days} days ago`;
}

/** For an input of type datetime-local. */
export function toInputTime(millis: number): string {
  return `${localDate(millis)}T${localClock(millis).slice(0, 5)}`;
}

/** Undefined where the input is empty or no time. */
export function fromInputTime(text: string): number | undefined {
  const millis = new Date(text).getTime();
  return Number.isNaN(millis) ? undefined : millis;
}
