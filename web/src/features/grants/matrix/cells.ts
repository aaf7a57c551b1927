// What a cell of the matrix shows: the furthest level that stands, when it ends, whether anybody uses it.
import type { AccessDifference, MatrixGrant } from '@/shared/api/types';
import type { AccessLevel } from '@/shared/api/types';
import { hoursWords } from '@/shared/lib/hours';
import { durationWords, relativeTime } from '@/shared/lib/time';
import { levelWords } from '@/shared/lib/words';

const DAY = 86_400_000;

/** Not used for so long, and old enough to have been. */
export const UNUSED_DAYS = 30;

export type Edge = 'none' | 'later' | 'week' | 'day';
export type Difference = 'gone' | 'new' | 'other';

export interface Look {
  level: AccessLevel | null;
  letter: string;
  /** Further grants in the same cell. */
  more: number;
  scheduled: boolean;
  edge: Edge;
  unused: boolean;
}

export const letters: Record<AccessLevel, string> = { read_only: 'R', full_access: 'F', emergency: 'E' };
const reach: Record<AccessLevel, number> = { read_only: 0, full_access: 1, emergency: 2 };
const NOTHING: Look = { level: null, letter: '', more: 0, scheduled: false, edge: 'none', unused: false };

/** The one that a cell speaks of: what stands before what is to come, what reaches further before what reaches less. */
export function leading(grants: readonly MatrixGrant[]): MatrixGrant | undefined {
  const standing = grants.filter(({ status }) => status === 'active' || status === 'scheduled');
  return standing.sort((a, b) => Number(a.status === 'scheduled') - Number(b.status === 'scheduled') || reach[b.accessLevel] - reach[a.accessLevel])[0];
}

export function lookOf(grants: readonly MatrixGrant[], now: number): Look {
  const grant = leading(grants);
  if (grant === undefined) return NOTHING;
  const standing = grants.filter(({ status }) => status === 'active' || status === 'scheduled');
  return {
    level: grant.accessLevel,
    letter: letters[grant.accessLevel],
    more: standing.length - 1,
    scheduled: grant.status === 'scheduled',
    edge: edgeOf(grant.expiresAt, now),
    unused: isUnused(grant, now),
  };
}

function edgeOf(expiresAt: string | null | undefined, now: number): Edge {
  if (expiresAt == null) return 'none';
  const left = Date.parse(expiresAt) - now;
  return left < DAY ? 'day' : left < 7 * DAY ? 'week' : 'later';
}

function isUnused({ status, lastUsedAt, startsAt }: MatrixGrant, now: number): boolean {
  const since = lastUsedAt ?? startsAt;
  return status === 'active' && since != null && now - Date.parse(since) > UNUSED_DAYS * DAY;
}

/** The cell in words, for whoever hears it and for the line below the grid. */
export function wordsOf(grants: readonly MatrixGrant[], now: number): string {
  const standing = grants.filter(({ status }) => status === 'active' || status === 'scheduled');
  if (standing.length === 0) return 'No access';
  return standing.map((grant) => grantWords(grant, now)).join('; ');
}

function grantWords({ accessLevel, status, startsAt, expiresAt, hours, lastUsedAt }: MatrixGrant, now: number): string {
  const parts: string[] = [levelWords[accessLevel]];
  if (status === 'scheduled') parts.push(startsAt == null ? 'scheduled' : `starts ${relativeTime(startsAt, now, true)}`);
  if (expiresAt == null) parts.push('no end');
  else parts.push(Date.parse(expiresAt) > now ? `${durationWords(Date.parse(expiresAt) - now)} left` : 'ended');
  if (hours != null) parts.push(hoursWords(hours));
  if (status === 'active') parts.push(lastUsedAt == null ? 'never used' : `used ${relativeTime(lastUsedAt, now)}`);
  return parts.join(', ');
}

export function differenceOf({ before, after, hoursBefore, hoursAfter }: Pick<AccessDifference, 'before' | 'after' | 'hoursBefore' | 'hoursAfter'>): Difference | null {
  if (before === after) return before == null || hoursWords(hoursBefore) === hoursWords(hoursAfter) ? null : 'other';
  if (before == null) return 'new';
  return after == null ? 'gone' : 'other';
}

export const differenceWords: Record<Difference, string> = { gone: 'not today any more', new: 'only since then', other: 'another level or other hours today' };
