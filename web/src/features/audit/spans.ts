// Spans of time in the address of a page: "the last so many hours", from one instant to another, or from day to day.
import { hoursAgo } from '@/shared/lib/since';

interface Instants {
  from?: string;
  to?: string;
}

/** `between` (two instants, written `from_to`) goes before "the last so many hours". */
export function spanOf({ from, between }: { from?: string; between?: string }): Instants {
  const [start, end] = (between ?? '').split('_');
  if (isInstant(start) && isInstant(end)) return { from: start, to: end };
  const hours = from === undefined ? undefined : hoursAgo(from);
  return hours === undefined ? {} : { from: hours };
}

function isInstant(text: string | undefined): text is string {
  return text !== undefined && text !== '' && !Number.isNaN(Date.parse(text));
}

export function betweenOf(start: string, end: string): string {
  return `${start}_${end}`;
}

const short = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });

/** "4 Mar, 14:00 – 15:00", by Intl's own rule of what two instants share. */
export function betweenWords(between: string): string {
  const { from, to } = spanOf({ between });
  return from === undefined || to === undefined ? between : short.formatRange(new Date(from), new Date(to));
}

/** Around one instant, so that a log narrowed to it holds the entry. */
export function around(instant: string): string {
  const at = Date.parse(instant);
  return betweenOf(new Date(at - 1_000).toISOString(), new Date(at + 1_000).toISOString());
}

const sizes = { hour: 3_600_000, day: 86_400_000, week: 604_800_000 } as const;

/** When a bucket of the histogram ends, cut to the span that was asked for. */
export function endOfBucket(start: string, bucket: keyof typeof sizes, to: string): string {
  return new Date(Math.min(Date.parse(start) + sizes[bucket], Date.parse(to))).toISOString();
}

/** From the first moment of one day to the last of another, in the reader's zone; the server gets instants. */
export function instantsOfDays(days: { from?: string; to?: string }): Instants {
  return { from: startOfDay(days.from, 0), to: startOfDay(days.to, 1) };
}

function startOfDay(day: string | undefined, later: number): string | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day ?? '');
  if (match === null) return undefined;
  const start = new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3]) + later);
  return start.toISOString();
}

/** What the span picker chose, as instants. Days are counted back from the last full hour, so that the answer can be kept. */
export function chosenSpan({ span, from, to }: { span?: string; from?: string; to?: string }, usual: '30' | '90'): Instants {
  if (span === 'days') return instantsOfDays({ from, to });
  const days = span === '30' || span === '90' || span === '365' ? span : usual;
  const hour = 3_600_000;
  return { from: new Date(Math.floor(Date.now() / hour) * hour - Number(days) * 24 * hour).toISOString() };
}
