// How a token stands. What has ended is in no list, so there is only what comes soon and what nobody used.
import type { ApiToken } from '@/shared/api/types';
import type { Look } from '@/shared/ui/StatusChip';

const DAY = 86_400_000;
/** Long enough to give the machine another one. */
const SOON_DAYS = 14;

export type TokenState = 'unused' | 'active' | 'ending';

export const stateWords: Record<TokenState, { words: string; look: Look }> = {
  unused: { words: 'Not used yet', look: 'waiting' },
  active: { words: 'In use', look: 'on' },
  ending: { words: 'Ends soon', look: 'warn' },
};

export function tokenState({ expiresAt, lastUsedAt }: Pick<ApiToken, 'expiresAt' | 'lastUsedAt'>, now: number): TokenState {
  if (new Date(expiresAt).getTime() - now < SOON_DAYS * DAY) return 'ending';
  return lastUsedAt == null ? 'unused' : 'active';
}

/** One address or range a line; commas and spaces part them too. */
export function rangesOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter((each) => each !== '');
}
