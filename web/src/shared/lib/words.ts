// The words of the console for the server's enums. One place, matched exhaustively.
import type { AccessLevel, AuditOutcome, CredentialKind, EndCode, GrantStatus, OrganizationStatus, PasswordClass, Role, SessionStatus, SsoState, UserStatus } from '@/shared/api/types';

export const roleWords: Record<Role, string> = {
  super_admin: 'Super admin',
  technician: 'Technician',
  security_analyst: 'Security analyst',
  account_manager: 'Account manager',
  admin: 'Administrator',
  report_viewer: 'Report viewer',
  request_user: 'Requester',
  basic_user: 'Basic user',
};

export const roleHints: Record<Role, string> = {
  super_admin: 'Everything, with emergency access and the audit',
  technician: 'Opens sessions on the machines of customers granted to them',
  security_analyst: 'Reads sessions, recordings and the audit of all customers',
  account_manager: 'Looks after customers, their people and the technicians’ access',
  admin: 'Manages the organization’s people and sees who of the provider came in',
  report_viewer: 'Reads reports',
  request_user: 'Asks for interventions and follows them',
  basic_user: 'Signs in and sees their own account',
};

export const customerRoles = ['admin', 'report_viewer', 'request_user', 'basic_user'] as const satisfies readonly Role[];
export const providerRoles = ['technician', 'security_analyst', 'account_manager', 'super_admin'] as const satisfies readonly Role[];

export const levelWords: Record<AccessLevel, string> = {
  read_only: 'Read only',
  full_access: 'Full access',
  emergency: 'Emergency',
};

export const kindWords: Record<CredentialKind, string> = {
  password: 'Password',
  private_key: 'Private key',
  certificate: 'Key with certificate',
};

export const outcomeWords: Record<AuditOutcome, string> = {
  attempt: 'Attempted',
  success: 'Done',
  refused: 'Refused',
  failed: 'Failed',
};

export type Status = OrganizationStatus | UserStatus | GrantStatus | SessionStatus | SsoState;

export const statusWords: Record<Status, string> = {
  active: 'Active',
  suspended: 'Suspended',
  deleted: 'Deleted',
  invited: 'Invited',
  disabled: 'Disabled',
  scheduled: 'Scheduled',
  expired: 'Expired',
  revoked: 'Revoked',
  starting: 'Starting',
  live: 'Live',
  detached: 'Nobody attached',
  frozen: 'Frozen',
  ended: 'Ended',
  draft: 'Being set up',
  off: 'Switched off',
  refused: 'Refused',
};

/** A kind of characters that an organization can ask for in a password. */
export const passwordClassWords: Record<PasswordClass, string> = {
  lowercase: 'A small letter',
  uppercase: 'A capital letter',
  digit: 'A digit',
  symbol: 'A symbol, such as # or !',
};

/** Why a session ended. What refused one that never opened: see ends.ts. */
export const endWords: Record<EndCode, string> = {
  exited: 'The shell was closed',
  ended_by_owner: 'Ended by the technician',
  ended_by_admin: 'Ended by an administrator',
  grant_revoked: 'Access was revoked',
  grant_expired: 'Access expired',
  outside_hours: 'The hours of access were over',
  user_disabled: 'The account was disabled',
  organization_suspended: 'The organization was suspended',
  signed_out: 'Signed out',
  asset_changed: 'The machine was changed',
  credential_changed: 'The credential was changed or deleted',
  idle_timeout: 'Idle for too long',
  max_duration: 'Reached the longest time allowed',
  owner_gone: 'The technician did not come back',
  target_lost: 'The machine hung up',
  recorder_failed: 'The recording could not go on',
  authority_lost: 'Access could not be confirmed',
  gateway_restart: 'The gateway was restarted',
  gateway_lost: 'The gateway was lost',
  client_stalled: 'The browser stopped answering',
};

/** With a capital at its beginning, as in a sentence. */
export function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
