// Who may revoke many grants at once; the server holds it, this only says why not.
import type { Role } from '@/shared/api/types';
import type { Allowed } from '@/shared/session/can';

export function mayRevokeMany(role: Role): Allowed {
  return role === 'super_admin' ? true : 'Only a super admin revokes many at once. Propose it under Unused, or revoke each by opening it.';
}
