// What a cell of the matrix shows at an instant: the furthest level that stands, when it ends, whether its hours let anybody
// in, whether anybody uses it.
import type { AccessDifference, MatrixGrant } from '@/shared/api/types';
import type { AccessLevel } from '@/shared/api/types';
import { hoursWords } from '@/shared/lib/hours';
import { closedAt } from '@/shared/lib/opening';
import { durationWords, exactTime, relativeTime } from '@/shared/lib/time';
import { levelWords } from '@/shared/lib/words';

const DAY = 86_400_000;

/** Not used for so long, and old enough to have been. */
export const UNUSED_DAYS = 30;

export type Edge = 'none' | 'later' | 'week' | 'day';
export type Difference = 'gone' | 'new' | 'other';

/** The instant that the matrix shows: now, or one of the past. */
export interface Moment {
  at: number;
  past: boolean;
}

export interface Look {
  level: AccessLevel | null;
  letter: string;
  /** Further grants in the same cell. */
  more: number;
  scheduled: boolean;
  /** It stands, and its hours let nobody in. */
  closed: boolean;
  edge: Edge;
  unused: boolean;
}

export const letters: Record<AccessLevel, string> = { read_only: 'R', full_access: 'F', emergency: 'E' };
const reach: Record<AccessLevel, number> = { read_only: 0, full_access: 1, emergency: 2 };
const NOTHING: Look = { level: null, letter: '', more: 0, scheduled: false, closed: false, edge: 'none', unused: false };

function standingOf(grants: readonly MatrixGrant[]): MatrixGrant[] {
  return grants.filter(({ status }) => status === 'active' || status === 'scheduled');
}

/** The one that a cell speaks of: what lets in before what is closed or to come, what reaches further before what reaches less. */
export function leading(grants: readonly MatrixGrant[], at: number): MatrixGrant | undefined {
  const wait = (grant: MatrixGrant) => (grant.status === 'scheduled' ? 2 : Number(closedAt(grant, at)));
  return standingOf(grants).sort((a, b) => wait(a) - wait(b) || reach[b.accessLevel] - reach[a.accessLevel])[0];
}

export function lookOf(grants: readonly MatrixGrant[], moment: Moment): Look {
  const { at } = moment;
  const grant = leading(grants, at);
  if (grant === undefined) return NOTHING;
  return {
    level: grant.accessLevel,
    letter: letters[grant.accessLevel],
    more: standingOf(grants).length - 1,
    scheduled: grant.status === 'scheduled',
    closed: closedAt(grant, at),
    edge: edgeOf(grant.expiresAt, at),
    unused: isUnused(grant, moment),
  };
}

function edgeOf(expiresAt: string | null | undefined, at: number): Edge {
  if (expiresAt == null) return 'none';
  const left = Date.parse(expiresAt) - at;
  return left < DAY ? 'day' : left < 7 * DAY ? 'week' : 'later';
}

/** Of the past only the very last use is known: what was used since may have been used before, too. */
function isUnused({ status, lastUsedAt, startsAt }: MatrixGrant, { at, past }: Moment): boolean {
  const since = lastUsedAt ?? (past ? null : startsAt);
  return status === 'active' && since != null && at - Date.parse(since) > UNUSED_DAYS * DAY;
}

/** The cell in words, for whoever hears it and for the line below the grid. */
export function wordsOf(grants: readonly MatrixGrant[], moment: Moment): string {
  const standing = standingOf(grants);
  if (standing.length === 0) return 'No access';
  return standing.map((grant) => grantWords(grant, moment)).join('; ');
}

function grantWords(grant: MatrixGrant, { at, past }: Moment): string {
  const { accessLevel, status, startsAt, expiresAt, hours, lastUsedAt } = grant;
  const parts: string[] = [levelWords[accessLevel]];
  if (closedAt(grant, at)) parts.push(past ? 'closed then' : 'closed now');
  if (status === 'scheduled') parts.push(startsAt == null ? 'scheduled' : past ? `to start ${exactTime(startsAt)}` : `starts ${relativeTime(startsAt, at, true)}`);
  if (expiresAt == null) parts.push('no end');
  else parts.push(Date.parse(expiresAt) > at ? `${durationWords(Date.parse(expiresAt) - at)} left` : 'ended');
  if (hours != null) parts.push(hoursWords(hours));
  if (status === 'active') parts.push(...usedWords(lastUsedAt, { at, past }));
  return parts.join(', ');
}

function usedWords(lastUsedAt: string | null | undefined, { at, past }: Moment): string[] {
  if (lastUsedAt == null) return past ? [] : ['never used'];
  return [past ? `last used ${exactTime(lastUsedAt)}` : `used ${relativeTime(lastUsedAt, at)}`];
}

export function differenceOf({ before, after, levels }: Pick<AccessDifference, 'before' | 'after'> & { levels: readonly unknown[] }): Difference | null {
  if (before === after) return levels.length === 0 ? null : 'other';
  if (before == null) return 'new';
  return after == null ? 'gone' : 'other';
}

export const differenceWords: Record<Difference, string> = { gone: 'not today any more', new: 'only since then', other: 'other terms today' };
