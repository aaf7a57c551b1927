// The kinds of events in words, to choose from. A test holds the list to the server's own (crates/server/src/audit/catalogue.rs).
import type { FilterOption } from '@/shared/table/types';

interface Noun {
  label: string;
  verbs: Record<string, string>;
}

export const nouns: Record<string, Noun> = {
  auth: { label: 'Signing in and out', verbs: { login: 'Signed in', challenge: 'Second factor asked for', link: 'Link to an identity provider asked for', warn: 'Warned of wrong tries', step_up: 'Confirmed who they are', refresh: 'Stayed signed in', logout: 'Signed out', logout_all: 'Signed out everywhere' } },
  user_session: { label: 'Sign-ins', verbs: { end: 'Sign-in ended' } },
  token: { label: 'Sign-in tokens', verbs: { reuse: 'Spent token used again', refuse: 'Token refused' } },
  factor: { label: 'Second factors', verbs: { verify: 'Code checked', create: 'Second factor begun', confirm: 'Second factor added', delete: 'Second factor removed', reset: 'Second factors taken away' } },
  passkey: { label: 'Passkeys', verbs: { create: 'Passkey added', enrol: 'Enrolled by a passkey', sign_in: 'Passkey tried', step_up: 'Confirmed by a passkey', clone: 'Passkey’s count fell back' } },
  enrolment: { label: 'Second factors at sign-in', verbs: { start: 'Enrolment begun', confirm: 'Enrolled' } },
  backup_code: { label: 'Backup codes', verbs: { create: 'Backup codes renewed', use: 'Backup code used' } },
  sso: {
    label: 'Single sign-on',
    verbs: {
      start: 'Sign-in at an identity provider begun', login: 'Signed in at an identity provider', logout: 'Signed out at an identity provider', fallback: 'Password used beside single sign-on',
      create: 'Identity provider added', update: 'Identity provider changed', delete: 'Identity provider removed', test: 'Test begun', test_end: 'Test ended', activate: 'Identity provider switched on', deactivate: 'Identity provider switched off', trouble: 'Admins told of trouble',
      own_key_announce: 'New certificate of ours announced', own_key_change: 'New certificate of ours in use', keys_renew: 'New keys taken over', settings_update: 'Single sign-on settings changed', step_up_start: 'Confirmation at an identity provider begun', step_up: 'Confirmed at an identity provider',
    },
  },
  sso_domain: { label: 'Mail domains', verbs: { create: 'Mail domain entered', verify: 'Mail domain proved', delete: 'Mail domain given up' } },
  sso_user: { label: 'Accounts made at sign-in', verbs: { create: 'Account made at first sign-in' } },
  sso_role: { label: 'Roles by groups', verbs: { update: 'Role changed by groups' } },
  identity: { label: 'Bound identities', verbs: { start: 'Binding of an identity begun', link: 'Identity bound', unlink: 'Identity unbound' } },
  invitation: { label: 'Invitations', verbs: { create: 'Invitation renewed', inspect: 'Invitation opened', accept: 'Invitation accepted' } },
  password_reset: { label: 'Forgotten passwords', verbs: { request: 'Another password asked for', create: 'Link for another password mailed', inspect: 'Link for another password opened', accept: 'Password set by a link' } },
  password: { label: 'Passwords', verbs: { change: 'Password changed' } },
  address_change: { label: 'Addresses', verbs: { request: 'Another address asked for', cancel: 'Another address given up', confirm: 'Address changed' } },
  mail: { label: 'Mails', verbs: { give_up: 'Mail given up' } },
  api_token: { label: 'API tokens', verbs: { create: 'API token made', revoke: 'API token revoked' } },
  directory_token: { label: 'Tokens of directories', verbs: { create: 'Directory token made', revoke: 'Directory token revoked' } },
  directory_user: {
    label: 'People by a directory',
    verbs: {
      create: 'Account made by a directory',
      adopt: 'Account taken over by a directory',
      update: 'Account changed by a directory',
      disable: 'Account disabled by a directory',
      enable: 'Account enabled by a directory',
      delete: 'Account removed by a directory',
      bind: 'Directory account bound at the first sign-in',
    },
  },
  directory_user_role: { label: 'Roles by a directory', verbs: { update: 'Role changed by a directory' } },
  directory_group: {
    label: 'Groups of directories',
    verbs: { create: 'Directory group added', update: 'Directory group changed', delete: 'Directory group removed' },
  },
  token_key: { label: 'Keys of sign-in tokens', verbs: { rotate: 'Key rotated', revoke: 'Key revoked', wipe: 'Private half wiped' } },
  platform: { label: 'The platform', verbs: { setup: 'Platform set up' } },
  request: { label: 'Requests', verbs: { refuse: 'Request refused' } },
  organization: { label: 'Organizations', verbs: { create: 'Organization created', update: 'Organization changed', suspend: 'Organization suspended', resume: 'Organization resumed', delete: 'Organization deleted', restore: 'Organization restored' } },
  organization_security: { label: 'Ways to sign in', verbs: { update: 'Ways to sign in changed' } },
  organization_key: { label: 'Organizations’ keys', verbs: { destroy: 'Key destroyed' } },
  user: { label: 'People', verbs: { create: 'Person invited', update: 'Person changed', disable: 'Person disabled', enable: 'Person enabled', delete: 'Person removed', restore: 'Person restored' } },
  user_role: { label: 'Roles', verbs: { update: 'Role changed' } },
  access_request: { label: 'Requests for access', verbs: { create: 'Access asked for', update: 'Request changed', withdraw: 'Request withdrawn', approve: 'Request approved', refuse: 'Request refused', expire: 'Request lapsed' } },
  access_proposal: { label: 'Proposals to revoke access', verbs: { create: 'Revocation proposed', approve: 'Proposal approved', refuse: 'Proposal refused', withdraw: 'Proposal withdrawn' } },
  emergency: { label: 'Emergency access', verbs: { start: 'Emergency access started', end: 'Emergency access ended', review: 'Emergency access reviewed', overdue: 'Review overdue' } },
  grant: { label: 'Access', verbs: { create: 'Access granted', update: 'Access changed', revoke: 'Access revoked', expire: 'Access expired', use: 'Access used', hand_off: 'Access handed over', assign: 'Access assigned to many', bulk_revoke: 'Access revoked in bulk', undo: 'Change of access undone' } },
  asset: { label: 'Machines', verbs: { create: 'Machine added', update: 'Machine changed', delete: 'Machine removed' } },
  host_key: { label: 'Host keys', verbs: { scan: 'Host key read', confirm: 'Host key confirmed', delete: 'Host key forgotten', changed: 'Another host key met' } },
  credential: { label: 'Accounts on machines', verbs: { create: 'Account stored', update: 'Account changed', rotate: 'Account’s secret replaced', delete: 'Account removed', open: 'Account’s secret opened' } },
  session: {
    label: 'Sessions',
    verbs: { start: 'Session opened', end: 'Session ended by a person', close: 'Session closed', attach: 'Session attached', detach: 'Session’s line lost', watch: 'Session watched', unwatch: 'Session no longer watched', freeze: 'Session frozen' },
  },
  ticket: { label: 'Tickets to sessions', verbs: { create: 'Ticket asked for' } },
  audit: {
    label: 'The audit log',
    verbs: {
      export: 'Audit log exported',
      bundle: 'Log taken home',
      cleanup: 'Old entries removed',
      erase: 'Personal detail erased',
      halt: 'Log halted: not what was signed',
      resume: 'Halted log resumed',
      key_rotate: 'Key of the log rotated',
    },
  },
  compliance_report: { label: 'Compliance reports', verbs: { export: 'Compliance report taken home' } },
  audit_destination: {
    label: 'Forwarding of the log',
    verbs: {
      create: 'Forwarding begun',
      update: 'Forwarding changed',
      delete: 'Forwarding ended',
      secret_rotate: 'Secret of a receiver renewed',
      test: 'Sample event sent',
      fail: 'Receiver does not take the log',
      recover: 'Receiver takes the log again',
    },
  },
  audit_hold: { label: 'Holds on the log', verbs: { set: 'Log held', lift: 'Hold lifted' } },
  recording: { label: 'Recordings', verbs: { seal: 'Recording sealed', play: 'Recording played', export: 'Recording exported', verify: 'Recording verified', delete: 'Recording deleted' } },
};

/** For each noun all of it (`grant.`), then each of its kinds (`grant.create`). */
export const eventOptions: readonly FilterOption[] = Object.entries(nouns).flatMap(([noun, { label, verbs }]) => {
  const kinds = Object.entries(verbs).map(([verb, words]) => ({ value: `${noun}.${verb}`, label: words, hint: `${noun}.${verb}` }));
  return kinds.length === 1 ? kinds : [{ value: `${noun}.`, label: `${label}: all`, hint: `${noun}.…` }, ...kinds];
});
