// How emergency access stands, in words and by a shape; and what the server says stands in the way of another.
import { ApiError } from '@/shared/api/error';
import { plural } from '@/shared/lib/time';
import type { Look } from '@/shared/ui/StatusChip';
import type { Emergency, Verdict } from './api';

export const MOST_MINUTES = 60;
export const LEAST_REASON = 20;

export const verdictWords: Record<Verdict, string> = { justified: 'Justified', not_justified: 'Not justified' };

export function stateOf({ status, overdue, review }: Pick<Emergency, 'status' | 'overdue' | 'review'>): { word: string; look: Look } {
  if (status === 'active') return { word: 'Active now', look: 'warn' };
  if (status === 'awaiting_review') return overdue ? { word: 'Review overdue', look: 'bad' } : { word: 'Awaiting review', look: 'waiting' };
  const verdict = review?.verdict ?? 'justified';
  return { word: verdictWords[verdict], look: verdict === 'justified' ? 'on' : 'bad' };
}

/** What is wrong with what was typed; nothing where nothing was typed yet. */
export function minutesError(typed: string): string | undefined {
  const minutes = Number(typed);
  return typed !== '' && Number.isInteger(minutes) && minutes >= 1 && minutes <= MOST_MINUTES ? undefined : `1 to ${MOST_MINUTES} minutes.`;
}

/** How many characters of the reason are missing. */
export function missingOf(reason: string): number {
  return Math.max(0, LEAST_REASON - Array.from(reason.trim()).length);
}

export function reasonHint(reason: string): string {
  const missing = missingOf(reason);
  return missing === 0 ? 'The customer reads it at once.' : `The customer reads it at once. ${plural(missing, 'more character')} at least.`;
}

export interface Owed {
  emergencyId: string;
  technicianName: string;
  customerOrgName: string;
}

/** The one whose review stands in the way, if that is why it was refused. */
export function owedOf(error: unknown): Owed | undefined {
  if (!(error instanceof ApiError) || error.code !== 'review_owed') return undefined;
  const owed = error.details.emergency as Partial<Owed> | undefined;
  const { emergencyId, technicianName, customerOrgName } = owed ?? {};
  return emergencyId === undefined || technicianName === undefined || customerOrgName === undefined ? undefined : { emergencyId, technicianName, customerOrgName };
}
