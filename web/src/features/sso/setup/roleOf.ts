// The role that groups give, by the server's own rule: the first mapped group that fits, else the role for others.
import type { Role } from '@/shared/api/types';
import type { SsoConnection } from '../api';

export function roleOf(groups: readonly string[], connection: Pick<SsoConnection, 'groups' | 'defaultRole'>): Role | undefined {
  return connection.groups.find(({ group }) => groups.includes(group))?.role ?? connection.defaultRole ?? undefined;
}
