// Whether access is open by its hours at an instant, and when it opens, by the clock of their zone. The server decides who
// comes in; here is what a screen says of an instant that the server was not asked about.
import type { Grant, GrantHours } from '@/shared/api/types';
import { WEEKDAYS, dayNames, type Weekday } from './hours';

const DAY = 86_400_000;

/** What a clock on a wall shows. */
interface Shown {
  day: Weekday;
  /** "08:05" */
  time: string;
  date: string;
}

const clocks = new Map<string, Intl.DateTimeFormat | null>();

function clockOf(timeZone: string): Intl.DateTimeFormat | null {
  let clock = clocks.get(timeZone);
  if (clock === undefined) {
    try {
      clock = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    } catch {
      // A zone that this browser does not know.
      clock = null;
    }
    clocks.set(timeZone, clock);
  }
  return clock;
}

function shownAt(at: number, timeZone: string): Shown | null {
  const parts = Object.fromEntries(clockOf(timeZone)?.formatToParts(at).map(({ type, value }) => [type, value]) ?? []);
  const day = WEEKDAYS.find((each) => dayNames[each].startsWith(parts.weekday ?? '–'));
  return day === undefined ? null : { day, time: `${parts.hour ?? ''}:${parts.minute ?? ''}`, date: `${parts.day ?? ''} ${parts.month ?? ''}` };
}

/** As the database has it (`wall.within_hours`): an hour that the clock goes through twice is in or out twice, one that it skips never. */
export function holdsAt(hours: GrantHours | null | undefined, at: number): boolean {
  if (hours == null) return true;
  const shown = shownAt(at, hours.timeZone);
  if (shown === null) return false;
  const { day, time } = shown;
  const before = WEEKDAYS[(WEEKDAYS.indexOf(day) + 6) % 7] ?? day;
  return hours.windows.some(({ days, from, to }) => (to > from
    ? days.includes(day) && time >= from && time < to
    : (days.includes(day) && time >= from) || (days.includes(before) && time < to)));
}

/** Whether it stands and lets nobody in at that instant. */
export function closedAt({ status, hours }: Pick<Grant, 'status' | 'hours'>, at: number): boolean {
  return status === 'active' && !holdsAt(hours, at);
}

/** The same, now, as the server said it when it was read; until what it said it would be has come. */
export function closedNow({ status, hours, openNow, opensAt, closesAt }: Pick<Grant, 'status' | 'hours' | 'openNow' | 'opensAt' | 'closesAt'>, now: number): boolean {
  if (status !== 'active' || hours == null) return false;
  const turn = openNow ? closesAt : opensAt;
  return openNow === (turn != null && Date.parse(turn) <= now);
}

/** "Mon 08:00, Europe/Oslo"; with the date when it is not within the next days. Undefined: not known here. */
export function opensWords(opensAt: string, { timeZone }: GrantHours, now: number): string | undefined {
  const at = Date.parse(opensAt);
  const shown = shownAt(at, timeZone);
  if (shown === null) return undefined;
  return `${dayNames[shown.day].slice(0, 3)} ${at - now > 6 * DAY ? `${shown.date} ` : ''}${shown.time}, ${timeZone}`;
}
