// Days of the reader's zone, as the time bar and the address of the page have them.

/** As far back as the slider reaches. */
export const DAYS_BACK = 365;

const title = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });

function parts(day: string): [number, number, number] | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  return match === null ? null : [Number(match[1]), Number(match[2]) - 1, Number(match[3])];
}

/** The day so many days before this moment's. */
export function dayAt(back: number, now: Date): string {
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() - back);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** How many days before this moment's it lies; what is no day is today. */
export function daysAgo(day: string, now: Date): number {
  const [year, month, date] = parts(day) ?? [now.getFullYear(), now.getMonth(), now.getDate()];
  // By the calendar and not by the clock: a day is not always 24 hours.
  const days = (Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) - Date.UTC(year, month, date)) / 86_400_000;
  return Math.max(0, Math.min(DAYS_BACK, Math.round(days)));
}

/** The last moment of the day, for the server. Undefined for what is no day, and for today. */
export function endOfDay(day: string | undefined, now: Date): string | undefined {
  const known = day === undefined ? null : parts(day);
  if (known === null) return undefined;
  const end = new Date(known[0], known[1], known[2] + 1);
  return end.getTime() > now.getTime() ? undefined : new Date(end.getTime() - 1).toISOString();
}

export function dayTitle(day: string): string {
  const known = parts(day);
  return known === null ? day : title.format(new Date(known[0], known[1], known[2]));
}
