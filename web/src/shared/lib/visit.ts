// When a session began, how long it lasted, and why.
import type { Session } from '@/shared/api/types';

/** One that never got to a shell is told by when it was asked for. */
export function startOf(session: Session): string {
  return session.startedAt ?? session.createdAt;
}

/** Why somebody was there: in the words of the session, or else of the access that it stood on. */
export function reasonOf({ reason, grantReason }: Session): string {
  return reason || (grantReason ? `Access granted for: ${grantReason}` : 'No reason was given');
}

/** In milliseconds, up to now for one that goes on. */
export function lengthOf(session: Session, now: number): number {
  const end = session.endedAt ? new Date(session.endedAt).getTime() : now;
  return Math.max(0, end - new Date(startOf(session)).getTime());
}
