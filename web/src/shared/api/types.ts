// What the server sends and takes: camelCase JSON, UUIDv7 ids, RFC 3339 UTC.

export type CustomerRole = 'admin' | 'report_viewer' | 'request_user' | 'basic_user';
export type ProviderRole = 'super_admin' | 'technician' | 'security_analyst' | 'account_manager';
export type Role = CustomerRole | ProviderRole;
export type OrganizationType = 'customer' | 'mss_provider';
export type AccessLevel = 'read_only' | 'full_access' | 'emergency';

/** Per action: true, or the sentence that says why not. */
export type Can = Record<string, true | string>;

export interface List<T> {
  items: T[];
  total: number;
  page: number;
  limit: number;
  totalPages: number;
}

export interface Profile {
  id: string;
  email: string;
  displayName: string;
  role: Role;
  organization: { id: string; name: string; type: OrganizationType };
  can: Can;
  session: { id: string; expiresAt: string };
}

export type OrganizationStatus = 'active' | 'suspended' | 'deleted';

export interface Organization {
  id: string;
  name: string;
  type: OrganizationType;
  status: OrganizationStatus;
  ssoEnabled: boolean;
  sessionIdleMinutes: number;
  sessionMaxMinutes: number;
  recordingRetentionDays: number;
  counts: { users: number; assets: number; activeGrants: number; liveSessions: number };
  createdAt: string;
  updatedAt: string;
  version: number;
  can: Can;
}

export type UserStatus = 'invited' | 'active' | 'disabled';

export interface User {
  id: string;
  organizationId: string;
  organizationName: string;
  email: string;
  displayName: string;
  role: Role;
  status: UserStatus;
  mfaEnabled: boolean;
  lastLoginAt?: string | null;
  createdAt: string;
  version: number;
  can: Can;
}

export interface UserInvitation {
  user: User;
  invitationUrl: string;
  invitationExpiresAt: string;
}

export interface InvitationPreview {
  email: string;
  displayName: string;
  organizationName: string;
  role: Role;
  expiresAt: string;
}

export type GrantStatus = 'active' | 'scheduled' | 'expired' | 'revoked';

export interface Grant {
  id: string;
  technicianId: string;
  technicianName: string;
  technicianEmail: string;
  customerOrgId: string;
  customerOrgName: string;
  accessLevel: AccessLevel;
  status: GrantStatus;
  reason: string;
  notes: string;
  ipRanges: string[];
  /** Empty means all services. */
  services: string[];
  startsAt?: string | null;
  expiresAt?: string | null;
  grantedById: string;
  grantedByName: string;
  grantedAt: string;
  revokedAt?: string | null;
  revokedByName?: string | null;
  revokeReason?: string | null;
  lastUsedAt?: string | null;
  useCount: number;
  version: number;
  can: Can;
}

export type CredentialKind = 'password' | 'private_key' | 'certificate';

export interface HostKey {
  algorithm: string;
  fingerprint: string;
  confirmedByName: string;
  confirmedAt: string;
}

export interface AssetAccount {
  credentialId: string;
  username: string;
  kind: CredentialKind;
  accessLevel: AccessLevel;
}

export interface Asset {
  id: string;
  organizationId: string;
  organizationName: string;
  name: string;
  address: string;
  port: number;
  protocol: 'ssh';
  tags: string[];
  description: string;
  hostKey: HostKey | null;
  accounts: AssetAccount[];
  liveSessions: number;
  lastSessionAt?: string | null;
  createdAt: string;
  updatedAt: string;
  version: number;
  can: Can;
}

export interface HostKeyScan {
  algorithm: string;
  fingerprint: string;
  matchesPinned: boolean | null;
}

export interface Credential {
  id: string;
  organizationId: string;
  assetId: string;
  assetName: string;
  username: string;
  kind: CredentialKind;
  accessLevel: AccessLevel;
  publicFingerprint?: string | null;
  createdAt: string;
  rotatedAt?: string | null;
  version: number;
  can: Can;
}

export type SessionStatus = 'starting' | 'live' | 'detached' | 'frozen' | 'ended' | 'refused';

export type EndCode =
  | 'exited'
  | 'ended_by_owner'
  | 'ended_by_admin'
  | 'grant_revoked'
  | 'grant_expired'
  | 'user_disabled'
  | 'organization_suspended'
  | 'signed_out'
  | 'asset_changed'
  | 'idle_timeout'
  | 'max_duration'
  | 'owner_gone'
  | 'target_lost'
  | 'recorder_failed'
  | 'authority_lost'
  | 'gateway_restart'
  | 'client_stalled';

export interface Session {
  id: string;
  organizationId: string;
  organizationName: string;
  assetId: string;
  assetName: string;
  technicianId: string;
  technicianName: string;
  technicianEmail: string;
  username: string;
  accessLevel: AccessLevel;
  protocol: string;
  status: SessionStatus;
  reason: string;
  clientIp: string;
  createdAt: string;
  /** When the shell was there; none for what never began. */
  startedAt?: string | null;
  endedAt?: string | null;
  endCode?: EndCode | null;
  endMessage?: string | null;
  viewers: { userId: string; name: string }[];
  grantId?: string | null;
  grantExpiresAt?: string | null;
  mustEndAt?: string | null;
  idleMinutes: number;
  can: Can;
}

export interface Ticket {
  token: string;
  expiresAt: string;
}

export interface SessionTicket {
  ticket: Ticket;
  websocketPath: string;
}

export interface SessionStart extends SessionTicket {
  session: Session;
}

export type RecordingStatus = 'recording' | 'sealed' | 'interrupted' | 'deleted';

export interface Recording {
  /** The id of the session. */
  id: string;
  organizationId: string;
  organizationName: string;
  assetName: string;
  technicianId: string;
  technicianName: string;
  username: string;
  accessLevel: AccessLevel;
  startedAt: string;
  durationMs: number;
  sizeBytes: number;
  rawBytes: number;
  cols: number;
  rows: number;
  status: RecordingStatus;
  incomplete: boolean;
  retainUntil: string;
  can: Can;
}

export interface RecordingChunk {
  seq: number;
  /** Of the zstd frame within the container. */
  offset: number;
  length: number;
  startMs: number;
  endMs: number;
  rawLength: number;
  /** Of the terminal when it begins. */
  cols: number;
  rows: number;
  hash: string;
}

export interface RecordingMark {
  atMs: number;
  kind: string;
  text: string;
  userId?: string | null;
}

export interface RecordingIndex {
  version: 1;
  sessionId: string;
  cols: number;
  rows: number;
  startedAt: string;
  durationMs: number;
  complete: boolean;
  chunks: RecordingChunk[];
  marks: RecordingMark[];
  people: Record<string, string>;
}

export interface RecordingLine {
  atMs: number;
  line: string;
}

export interface RecordingVerification {
  valid: boolean;
  complete: boolean;
  /** The first part that is not as recorded: `manifest`, `header`, `chunk 3`. */
  failedSegment?: string | null;
  message: string;
}

export type AuditOutcome = 'attempt' | 'success' | 'refused' | 'failed';
export type RiskLevel = 'info' | 'low' | 'medium' | 'high' | 'critical';

export interface AuditEvent {
  id: string;
  occurredAt: string;
  organizationId: string;
  organizationName: string;
  code: string;
  sentence: string;
  outcome: AuditOutcome;
  riskLevel: RiskLevel;
  complianceRelevant: boolean;
  controls: string[];
  actor?: { id: string; name: string; email: string; role?: Role | null; organizationId?: string | null } | null;
  target?: { type: string; id: string; name: string } | null;
  sessionId?: string | null;
  clientIp?: string | null;
  userAgent?: string | null;
  requestId?: string | null;
  policyIds: string[];
  details: Record<string, unknown>;
}

export interface SignIn {
  id: string;
  createdAt: string;
  lastSeenAt: string;
  expiresAt: string;
  clientIp: string;
  userAgent: string;
  current: boolean;
}

export interface LoginResult {
  profile: Profile;
  expiresAt: string;
  csrfToken: string;
}
