// What a change of many grants does, in words.
import type { AccessChange, AccessChanges, AccessHistoryEntry, AccessTerms } from '@/shared/api/types';
import { hoursWords } from '@/shared/lib/hours';
import { plural } from '@/shared/lib/time';
import { levelWords } from '@/shared/lib/words';

/** "3 granted, 1 changed": what a batch does, in the fewest words. */
export function countWords({ created, updated, revoked, unchanged }: Pick<AccessChanges, 'created' | 'updated' | 'revoked' | 'unchanged'>): string {
  const parts = [
    created > 0 ? `${plural(created, 'grant')} added` : '',
    updated > 0 ? `${updated.toLocaleString()} changed` : '',
    revoked > 0 ? `${revoked.toLocaleString()} revoked` : '',
    unchanged > 0 ? `${unchanged.toLocaleString()} left as ${unchanged === 1 ? 'it is' : 'they are'}` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'Nothing changes' : parts.join(', ');
}

/** Whether there is anything to do at all. */
export function isEmpty({ created, updated, revoked }: Pick<AccessChanges, 'created' | 'updated' | 'revoked'>): boolean {
  return created + updated + revoked === 0;
}

export const actionWords: Record<AccessChange['action'], string> = { create: 'Granted', update: 'Changed', revoke: 'Revoked', keep: 'Kept', none: 'As it is' };

const shortTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

function endWords(at: string | null | undefined): string {
  return at == null ? 'no end' : `until ${shortTime.format(new Date(at))}`;
}

function fromWords(ranges: readonly string[]): string {
  return ranges.length === 0 ? 'from anywhere' : `from ${ranges.join(', ')}`;
}

function serviceWords(services: readonly string[]): string {
  return services.length === 0 ? 'all services' : services.map((service) => service.toUpperCase()).join(', ');
}

/** Terms as one line; what is as usual is left out. */
export function termsWords({ accessLevel, startsAt, expiresAt, ipRanges, services, hours }: AccessTerms, now: number): string {
  const parts: string[] = [levelWords[accessLevel]];
  if (startsAt != null && Date.parse(startsAt) > now) parts.push(`starts ${shortTime.format(new Date(startsAt))}`);
  parts.push(endWords(expiresAt));
  if (ipRanges.length > 0) parts.push(fromWords(ipRanges));
  if (services.length > 0) parts.push(serviceWords(services));
  if (hours != null) parts.push(hoursWords(hours));
  return parts.join(', ');
}

/** Only what became different: "Read only → Full access; no end → until 4 Mar". */
export function differencesOf(before: AccessTerms, after: AccessTerms): string[] {
  const parts: string[] = [];
  const add = (one: string, other: string) => { if (one !== other) parts.push(`${one} → ${other}`); };
  add(levelWords[before.accessLevel], levelWords[after.accessLevel]);
  if (Date.parse(before.expiresAt ?? '') !== Date.parse(after.expiresAt ?? '')) add(endWords(before.expiresAt), endWords(after.expiresAt));
  add(fromWords(before.ipRanges), fromWords(after.ipRanges));
  add(serviceWords(before.services), serviceWords(after.services));
  add(hoursWords(before.hours), hoursWords(after.hours));
  return parts;
}

export function changeWords({ action, before, after, why }: AccessChange, now: number): string {
  if (before != null && after != null && action === 'update') {
    const differences = differencesOf(before, after);
    return differences.length === 0 ? 'Its reason or notes' : differences.join('; ');
  }
  if (action === 'none') return why ?? 'Nothing to change';
  const terms = action === 'revoke' ? before : (after ?? before);
  return terms == null ? (why ?? '') : termsWords(terms, now);
}

/** One entry of the history: what came, went or became different. */
export function historyWords({ before, after, notesChanged }: Pick<AccessHistoryEntry, 'before' | 'after' | 'notesChanged'>, now: number): string {
  if (before != null && after != null) {
    const differences = [...differencesOf(before, after), ...(notesChanged ? ['other notes'] : [])];
    return differences.length === 0 ? termsWords(after, now) : differences.join('; ');
  }
  const terms = after ?? before;
  return terms == null ? '–' : termsWords(terms, now);
}
