// The words of the server's description that screens speak of. Made from it: see schema.ts, never edited by hand.
import type { components } from './schema';

type Schemas = components['schemas'];

export type Role = Schemas['Role'];
export type CustomerRole = Extract<Role, 'admin' | 'report_viewer' | 'request_user' | 'basic_user'>;
export type ProviderRole = Exclude<Role, CustomerRole>;
export type OrganizationType = Schemas['OrganizationKind'];
export type AccessLevel = Schemas['AccessLevel'];

/** Per action: true, or the sentence that says why not. */
export type Can = Schemas['Can'];

export interface List<T> {
  items: T[];
  total: number;
  page: number;
  limit: number;
  totalPages: number;
  /** There are more than `total`: it was not counted on. */
  totalCapped?: boolean;
}

export type Profile = Schemas['Profile'];
export type OrganizationStatus = Schemas['OrganizationStatus'];
export type Organization = Schemas['Organization'];
export type UserStatus = Schemas['UserStatus'];
export type User = Schemas['User'];
export type UserInvitation = Schemas['UserInvitation'];
export type GrantStatus = Schemas['GrantStatus'];
export type Grant = Schemas['Grant'];
export type GrantHours = Schemas['GrantHours'];
export type CredentialKind = Schemas['CredentialKind'];
export type HostKey = Schemas['HostKey'];
export type AssetAccount = Schemas['Account'];
export type Asset = Schemas['Asset'];
export type HostKeyScan = Schemas['ScannedHostKey'];
export type Credential = Schemas['Credential'];
export type SessionStatus = Schemas['SessionStatus'];
export type EndCode = NonNullable<Schemas['Session']['endCode']>;
export type Session = Schemas['Session'];
export type SessionTicket = Schemas['GivenTicket'];
export type SessionStart = Schemas['StartedSession'];
export type RecordingStatus = Schemas['RecordingStatus'];
export type Recording = Schemas['Recording'];
export type RecordingIndex = Schemas['RecordingIndex'];
export type RecordingChunk = Schemas['RecordingChunk'];
export type RecordingMark = Schemas['RecordingMark'];
export type RecordingLine = Schemas['TextLine'];
export type RecordingVerification = Schemas['Verification'];
export type AuditOutcome = Schemas['Outcome'];
export type RiskLevel = Schemas['RiskLevel'];
export type AuditEvent = Schemas['AuditEvent'];
export type SignIn = Schemas['SignIn'];
export type KeptMail = Schemas['KeptMail'];
export type PasswordWeight = Schemas['PasswordWeight'];
export type NewFactor = Schemas['NewFactor'];
export type SsoState = Schemas['SsoState'];
export type OwnFactors = Schemas['OwnFactors'];
export type Factor = Schemas['Factor'];
export type ApiToken = Schemas['ApiToken'];
export type PasswordClass = Schemas['PasswordClass'];
export type SignInBinding = Schemas['SignInBinding'];
export type UpdateOrganization = Schemas['UpdateOrganization'];
export type Scope = Schemas['Scope'];
export type AccessTerms = Schemas['Terms'];
export type AccessChange = Schemas['AccessChange'];
export type AccessChanges = Schemas['AccessChanges'];
export type HandOff = Schemas['HandOffGrants'];
export type AssignAccess = Schemas['AssignAccess'];
export type BulkRevokeAccess = Schemas['BulkRevokeAccess'];
export type MatrixGrant = Schemas['MatrixGrant'];
export type MatrixTechnician = Schemas['MatrixTechnician'];
export type MatrixCustomer = Schemas['MatrixCustomer'];
export type AccessMatrix = Schemas['AccessMatrix'];
export type AccessDifference = Schemas['AccessDifference'];
export type AccessDifferences = Schemas['AccessDifferences'];
export type LevelDifference = Schemas['LevelDifference'];
export type AccessHistoryEntry = Schemas['AccessHistoryEntry'];
export type AuditProof = Schemas['AuditProof'];
export type AuditCheckpoint = Schemas['AuditCheckpoint'];
export type AuditCleanup = Schemas['AuditCleanup'];
export type AuditBucket = Schemas['AuditBucket'];
export type AuditStats = Schemas['AuditStats'];
export type UserActivity = Schemas['UserActivity'];
export type ComplianceStandard = Schemas['ComplianceStandard'];
export type ControlState = Schemas['ComplianceState'];
export type ComplianceControl = Schemas['ComplianceControl'];
export type ComplianceReport = Schemas['ComplianceReport'];
