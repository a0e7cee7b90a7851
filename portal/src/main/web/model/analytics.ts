// The arithmetic of the analytics view, and its charts as files.

export type Cell = string | number | null;

/** What a chart shows, as its table and its file have it. */
export interface Table {
  /** Of the file, without its ending. */
  name: string;
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
}

/** Spreadsheets take a text that begins so for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** RFC 4180, with a mark that tells spreadsheets it is UTF-8. */
export function csvOf(table: Table): string {
  const cell = (value: Cell) => {
    const text = value === null ? '' : String(value);
    const harmless = typeof value === 'string' && FORMULA.test(text) ? `'${text}` : text;
    return `"${harmless.replaceAll('"', '""')}"`;
  };
  return `\uFEFF${
    [table.columns, ...table.rows].map((row) => row.map(cell).join(',')).join('\r\n')
  }\r\n`;
}

export function percent(share: number | null): string {
  return share === null ? '–' : `${(share * 100).toFixed(1)} %`;
}

/** A p-value for a person: small ones as a bound. */
export function probability(p: number | null): string {
  return p === null ? '–' : p < 0.001 ? 'below 0.001' : p.toFixed(3);
}

/** Ends of an axis that holds all values, with a little room. */
export function spanOf(values: readonly number[]): { low: number; high: number } {
  const low = values.reduce((least, value) => Math.min(least, value), Infinity);
  const high = values.reduce((most, value) => Math.max(most, value), -Infinity);
  const room = (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
  return { low: low >= 0 ? Math.max(0, low - room) : low - room, high: high + room };
}

/** Round values within a span, some four of them. */
export function ticksOf(low: number, high: number): number[] {
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((n) => n * power >= rough) ?? 10);
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  // A sum of steps would end in 0.30000000000000004.
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** A day's place in a calendar: weeks from the left, Monday at the top; in UTC, as the hub cuts. */
export function placeInCalendar(first: number, day: number): { week: number; weekday: number } {
  const weekday = (at: number) => (new Date(at).getUTCDay() + 6) % 7;
  const days = Math.round((day - first) / DAY) + weekday(first);
  return { week: Math.floor(days / 7), weekday: weekday(day) };
}

export const DAY = 86_400_000;

/** The positions of a stack with the highest failing share, the highest first. */
export function worst(
  stack: { columns: number; dies: readonly number[]; failing: readonly number[] },
  most: number,
): { row: number; column: number; dies: number; failing: number; share: number }[] {
  return stack.dies
    .map((dies, i) => ({
      row: Math.floor(i / stack.columns),
      column: i % stack.columns,
      dies,
      failing: stack.failing[i]!,
      share: dies ? stack.failing[i]! / dies : 0,
    }))
    .filter(({ dies }) => dies > 0)
    .sort((a, b) => b.share - a.share)
    .slice(0, most);
}
