// How a request stands, in words and by a shape.
import { plural } from '@/shared/lib/time';
import type { Look } from '@/shared/ui/StatusChip';
import type { AccessRequest } from './api';

type Status = AccessRequest['status'];

export const requestWords: Record<Status, { word: string; look: Look }> = {
  pending: { word: 'Waiting', look: 'waiting' },
  granted: { word: 'Granted', look: 'on' },
  refused: { word: 'Refused', look: 'bad' },
  withdrawn: { word: 'Withdrawn', look: 'off' },
  expired: { word: 'Nobody decided in time', look: 'off' },
};

const sides: Record<AccessRequest['needs'][number], string> = { provider: 'the provider', customer: 'the customer' };

/** Whose approval is missing, as a cell of the list says it. */
export function missingWords(needs: AccessRequest['needs']): string {
  const [first, ...others] = needs;
  const word = { provider: 'Provider', customer: 'Customer' } as const;
  return first === undefined ? '–' : [word[first], ...others].join(' and ');
}

/** Whom it waits for. */
export function waitsFor(needs: AccessRequest['needs']): string {
  return needs.length === 0 ? 'Nobody’s approval is missing' : `Waits for ${needs.map((side) => sides[side]).join(' and ')}`;
}

const DAY = 86_400_000;

export function lengthWords({ startsAt, expiresAt }: Pick<AccessRequest, 'startsAt' | 'expiresAt'>, now: number): string {
  if (expiresAt == null) return 'Until revoked';
  const days = Math.round((new Date(expiresAt).getTime() - (startsAt == null ? now : new Date(startsAt).getTime())) / DAY);
  return days < 1 ? 'Less than a day' : plural(days, 'day');
}
