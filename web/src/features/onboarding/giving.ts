// What giving access does to what is there, before it is done; and the words when somebody was quicker.
import { ApiError } from '@/shared/api/error';
import type { AccessChanges } from '@/shared/api/types';
import { isEmpty } from '@/shared/lib/changeWords';

/** `adds` touches nothing that stands, and needs no second look; `changes` does. */
export type Reach = 'nothing' | 'adds' | 'changes';

export function reachOf(seen: Pick<AccessChanges, 'created' | 'updated' | 'revoked' | 'unchanged'>): Reach {
  if (isEmpty(seen)) return 'nothing';
  return seen.created > 0 && seen.updated + seen.revoked + seen.unchanged === 0 ? 'adds' : 'changes';
}

/** The server's words are of one thing that somebody read; here it is who has access. */
export function quickerThan(error: unknown, customer: string): unknown {
  if (!(error instanceof ApiError) || error.code !== 'stale_version') return error;
  return new ApiError(error.status, error.code, `Somebody changed who may come in to ${customer} meanwhile, so nobody was given access. It stands above as it is now: look at it, and give access again.`, error.details);
}
