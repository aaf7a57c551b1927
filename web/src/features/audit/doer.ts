// Who stands behind an entry that names no person: a directory by its token, a stranger, or the platform.
import type { AuditEvent } from '@/shared/api/types';

type Actor = NonNullable<AuditEvent['actor']>;
export type Doer = { kind: 'person'; actor: Actor } | { kind: 'directory'; name: string } | { kind: 'stranger' } | { kind: 'platform' };

export function doerOf({ actor, clientIp, details }: Pick<AuditEvent, 'actor' | 'clientIp' | 'details'>): Doer {
  if (actor != null) return { kind: 'person', actor };
  const name = directoryName(details.directoryToken);
  if (name !== undefined) return { kind: 'directory', name };
  // What the platform does by itself comes from nowhere.
  return { kind: clientIp == null ? 'platform' : 'stranger' };
}

function directoryName(token: unknown): string | undefined {
  if (typeof token !== 'object' || token === null || !('name' in token)) return undefined;
  return typeof token.name === 'string' ? token.name : undefined;
}
