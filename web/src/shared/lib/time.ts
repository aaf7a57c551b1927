// Times for people: relative in words, exact in the reader's zone and locale.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'short' });
const relativeLong = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });
const stamp = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });
const shortDate = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const shortDateYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
const dayTitle = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const clockSeconds = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });

export function exactTime(iso: string): string {
  return exact.format(new Date(iso));
}

/** As exact, without the day of the week: for lists, where each line has one. */
export function stampTime(iso: string): string {
  return stamp.format(new Date(iso));
}

export function clockTime(iso: string, seconds = false): string {
  return (seconds ? clockSeconds : clock).format(new Date(iso));
}

/** A day in words, as a heading over what happened on it. */
export function dayWords(iso: string): string {
  const date = new Date(iso);
  const days = Math.round((startOfDay(date) - startOfDay(new Date())) / DAY);
  if (days === 0 || days === -1) {
    const word = relativeLong.format(days, 'day');
    return word.charAt(0).toUpperCase() + word.slice(1);
  }
  return dayTitle.format(date);
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** @param ahead it may lie in the future; what has happened never does, however the clocks of here and there differ. */
export function relativeTime(iso: string, now: number, ahead = false): string {
  const at = new Date(iso).getTime();
  const delta = ahead ? at - now : Math.min(0, at - now);
  const size = Math.abs(delta);
  if (size < 45_000) return delta <= 0 ? 'just now' : 'in a moment';
  if (size < HOUR) return relative.format(Math.round(delta / MINUTE), 'minute');
  if (size < DAY) return relative.format(Math.round(delta / HOUR), 'hour');
  if (size < 7 * DAY) return relative.format(Math.round(delta / DAY), 'day');
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return (sameYear ? shortDate : shortDateYear).format(at);
}

/** "3 h 20 min", "4 min", "12 s", "5 days": the two largest parts that matter. */
export function durationWords(ms: number): string {
  if (ms < 1000) return 'under 1 s';
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  if (days < 3 && hours % 24 !== 0) return `${days} d ${hours % 24} h`;
  return days === 1 ? '1 day' : `${days} days`;
}

/** 1:02:03 or 2:03, for clocks that run. */
export function clockDuration(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  const seconds = String(total % 60).padStart(2, '0');
  const minutes = Math.floor(total / 60) % 60;
  const hours = Math.floor(total / 3600);
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`;
}

export function numberWords(value: number): string {
  return value.toLocaleString();
}

export function bytesWords(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toLocaleString(undefined, { maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0 })} ${units[unit] ?? 'B'}`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString()} ${count === 1 ? one : many}`;
}
