// Visits put in order for the customer: by day, those who got in apart from those who only tried.
import type { Session } from '@/shared/api/types';
import { plural } from '@/shared/lib/time';
import { startOf } from '@/shared/lib/visit';

export interface VisitDay {
  key: string;
  visits: Session[];
  /** Refused: nobody was at a machine. */
  tries: Session[];
}

/** The day in the reader's zone, as YYYY-MM-DD. */
export function dayKey(date: Date): string {
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}

export function daysOf(sessions: readonly Session[]): VisitDay[] {
  const days = new Map<string, VisitDay>();
  for (const session of sessions) {
    const key = dayKey(new Date(startOf(session)));
    const day = days.get(key) ?? { key, visits: [], tries: [] };
    (session.status === 'refused' ? day.tries : day.visits).push(session);
    days.set(key, day);
  }
  return [...days.values()];
}

/** Who is in the network now: people, who may have several sessions. */
export function presence(sessions: readonly Session[]): string {
  const live = sessions.filter(({ status }) => status !== 'ended' && status !== 'refused');
  const people = new Set(live.map(({ technicianId }) => technicianId)).size;
  if (people === 0) return 'Nobody is in your network right now.';
  const where = live.length > people ? `, in ${plural(live.length, 'session')}` : '';
  return `${plural(people, 'person is', 'people are')} in your network right now${where}.`;
}
