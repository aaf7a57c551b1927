// At which times of the week access holds: in words, and as a person enters it.
import type { GrantHours } from '@/shared/api/types';

export type Weekday = GrantHours['windows'][number]['days'][number];

export const WEEKDAYS: readonly Weekday[] = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

export const dayNames: Record<Weekday, string> = { monday: 'Monday', tuesday: 'Tuesday', wednesday: 'Wednesday', thursday: 'Thursday', friday: 'Friday', saturday: 'Saturday', sunday: 'Sunday' };

/** How many windows the server takes. */
export const MOST_WINDOWS = 20;

function shortDays(days: readonly Weekday[]): string {
  const places = WEEKDAYS.flatMap((day, place) => (days.includes(day) ? [place] : []));
  if (places.length === WEEKDAYS.length) return 'Daily';
  const name = (place: number) => dayNames[WEEKDAYS[place] ?? 'monday'].slice(0, 3);
  const runs: number[][] = [];
  for (const place of places) {
    const run = runs.at(-1);
    if (run !== undefined && run.at(-1) === place - 1) run.push(place);
    else runs.push([place]);
  }
  return runs.flatMap((run) => (run.length > 2 ? [`${name(run[0] ?? 0)}–${name(run.at(-1) ?? 0)}`] : run.map(name))).join(', ');
}

/** "Mon–Fri 08:00–18:00, Europe/Berlin" */
export function hoursWords(hours: GrantHours | null | undefined): string {
  if (hours == null) return 'Any time';
  const parts: string[] = [];
  let before = '';
  for (const { days, from, to } of hours.windows) {
    const named = shortDays(days);
    const times = `${from}–${to}`;
    if (named === before) parts.push(`${parts.pop() ?? ''} and ${times}`);
    else parts.push(`${named} ${times}`);
    before = named;
  }
  return `${parts.join('; ')}, ${hours.timeZone}`;
}

interface HoursRow {
  /** Its own for as long as it is in sight, so that rows do not change places under the hand. */
  key: number;
  days: readonly Weekday[];
  from: string;
  to: string;
}

export interface HoursForm {
  /** Only at these times; otherwise at any. */
  limited: boolean;
  timeZone: string;
  windows: readonly HoursRow[];
}

export function ownTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export function allTimeZones(): readonly string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone.includes('/'))];
}

const office: Omit<HoursRow, 'key'> = { days: WEEKDAYS.slice(0, 5), from: '08:00', to: '18:00' };

export function hoursForm(hours?: GrantHours | null): HoursForm {
  if (hours == null) return { limited: false, timeZone: ownTimeZone(), windows: [{ key: 0, ...office }] };
  return { limited: true, timeZone: hours.timeZone, windows: hours.windows.map((window, key) => ({ key, ...window })) };
}

export function withWindow(form: HoursForm): HoursForm {
  const key = Math.max(-1, ...form.windows.map((window) => window.key)) + 1;
  return { ...form, windows: [...form.windows, { key, days: [], from: '08:00', to: '18:00' }] };
}

export function toHours({ limited, timeZone, windows }: HoursForm): GrantHours | null {
  if (!limited) return null;
  return { timeZone: timeZone.trim(), windows: windows.map(({ days, from, to }) => ({ days: WEEKDAYS.filter((day) => days.includes(day)), from: tidyTime(from), to: tidyTime(to) })) };
}

/** "8", "830" and "8:30" as one means them; what is no time stays for the server to refuse. */
export function tidyTime(text: string): string {
  const { h, m = '00' } = /^(?<h>\d{1,2})(?:[:.]?(?<m>\d{2}))?$/.exec(text.trim())?.groups ?? {};
  return h === undefined ? text.trim() : `${h.padStart(2, '0')}:${m}`;
}

/** The names of the fields that show their own error. */
export function hoursFields({ windows }: HoursForm): string[] {
  return ['hours', 'hours.timeZone', 'hours.windows', ...windows.flatMap((_, place) => ['days', 'from', 'to'].map((field) => windowField(place, field)))];
}

export function windowField(place: number, field: string): string {
  return `hours.windows[${place}].${field}`;
}
