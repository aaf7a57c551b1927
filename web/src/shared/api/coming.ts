// The part of the API that openapi.json does not describe yet: the paths as the generated schema will have them, and their
// words. To be replaced: delete this file, `AllPaths` in client.ts and list.ts becomes `paths`, and types.ts takes the words
// from `Schemas`.
import type { paths } from './schema';
import type { AccessLevel, AuditEvent, AuditOutcome, Grant, GrantStatus, List, RiskLevel, Role } from './types';

export interface AccessTerms {
  accessLevel: AccessLevel;
  startsAt: string | null;
  expiresAt: string | null;
  ipRanges: string[];
  services: Grant['services'];
  reason: string;
}

export interface AccessChange {
  action: 'create' | 'update' | 'revoke' | 'keep' | 'none';
  grantId: string | null;
  technicianId: string;
  technicianName: string;
  customerOrgId: string;
  customerOrgName: string;
  before: AccessTerms | null;
  after: AccessTerms | null;
  why: string | null;
}

export interface AccessChanges {
  batchId: string | null;
  preview: boolean;
  changes: AccessChange[];
  created: number;
  updated: number;
  revoked: number;
  unchanged: number;
  liveSessions: number;
}

export interface HandOff {
  fromTechnicianId: string;
  toTechnicianId: string;
  reason: string;
  customers?: { customerOrgId: string; keep: boolean }[];
  preview?: boolean;
}

export interface AssignAccess {
  cells: { technicianId: string; customerOrgId: string }[];
  terms: { accessLevel: AccessLevel; startsAt?: string; expiresAt?: string | null; ipRanges?: string[]; services?: Grant['services']; notes?: string };
  reason: string;
  preview?: boolean;
}

export interface BulkRevokeAccess {
  reason: string;
  technicianIds?: string[];
  customerOrgIds?: string[];
  grantIds?: string[];
  preview?: boolean;
}

export interface MatrixGrant {
  id: string;
  accessLevel: AccessLevel;
  status: GrantStatus;
  startsAt: string | null;
  expiresAt: string | null;
  lastUsedAt: string | null;
  version: number;
}

export interface MatrixTechnician { id: string; displayName: string; email: string; status: string }
export interface MatrixCustomer { id: string; name: string; status: string }
export interface MatrixCell { technicianId: string; customerOrgId: string; grants: MatrixGrant[] }

export interface AccessMatrix {
  at: string | null;
  technicians: MatrixTechnician[];
  customers: MatrixCustomer[];
  cells: MatrixCell[];
  totalTechnicians: number;
  totalCustomers: number;
}

export interface AccessDifference {
  technicianId: string;
  technicianName: string;
  customerOrgId: string;
  customerOrgName: string;
  before: AccessLevel | null;
  after: AccessLevel | null;
}

export interface AccessDifferences { from: string; to: string; items: AccessDifference[]; truncated: boolean }

export interface CustomerTechnician {
  technicianId: string;
  technicianName: string;
  technicianEmail: string | null;
  grants: MatrixGrant[];
  lastUsedAt: string | null;
  useCount: number;
}

export interface AccessSummary {
  activeGrants: number;
  scheduledGrants: number;
  expiringWithin7Days: number;
  expiredLast30Days: number;
  byLevel: Record<AccessLevel, number>;
  unused: { days30: number; days60: number; days90: number };
  techniciansWithAccess: number;
  techniciansWithout: number;
  customersWithAccess: number;
  customersWithout: number;
  liveSessions: number;
}

export interface AccessHistoryEntry {
  id: string;
  batchId: string | null;
  grantId: string;
  organizationId: string;
  organizationName: string;
  technicianId: string;
  technicianName: string;
  action: 'create' | 'update' | 'revoke' | 'expire';
  before: AccessTerms | null;
  after: AccessTerms | null;
  reason: string;
  changedById: string | null;
  changedByName: string;
  changedAt: string;
}

export interface AuditBucket { start: string; total: number; high: number; refused: number }
export interface CodeCount { code: string; count: number }
export interface OrganizationCount { organizationId: string; name: string; count: number }

export interface AuditStats {
  from: string;
  to: string;
  total: number;
  refused: number;
  complianceRelevant: number;
  byRiskLevel: Record<RiskLevel, number>;
  byOutcome: Record<AuditOutcome, number>;
  byCode: CodeCount[];
  byActor: { actorId: string; name: string; count: number }[];
  byOrganization: OrganizationCount[];
  buckets: AuditBucket[];
  bucket: 'hour' | 'day' | 'week';
}

export interface UserActivity {
  userId: string;
  displayName: string;
  role: Role;
  from: string;
  to: string;
  total: number;
  refused: number;
  byRiskLevel: Record<RiskLevel, number>;
  byCode: CodeCount[];
  organizations: OrganizationCount[];
  addresses: { clientIp: string; count: number; lastAt: string }[];
  lastSignInAt: string | null;
  signIns: number;
  refusedSignIns: number;
  sessions: { count: number; totalSeconds: number };
  days: { day: string; count: number }[];
  recent: AuditEvent[];
}

export type ComplianceStandard = 'soc2' | 'iso27001';
export type ControlState = 'met' | 'attention' | 'no_evidence';

export interface ComplianceCheck { name: string; sentence: string; state: ControlState; value: number | string | null }

export interface ComplianceControl {
  id: string;
  standard: ComplianceStandard;
  title: string;
  state: ControlState;
  events: number;
  refused: number;
  highRisk: number;
  checks: ComplianceCheck[];
  evidence: { id: string; occurredAt: string; code: string; sentence: string }[];
}

export interface ComplianceReport {
  generatedAt: string;
  from: string;
  to: string;
  organizationId: string | null;
  organizationName: string | null;
  controls: ComplianceControl[];
  met: number;
  attention: number;
  noEvidence: number;
}

interface Answer<Data> {
  responses: { 200: { headers: Record<string, unknown>; content: { 'application/json': { data: Data } } } };
}
interface Get<Query, Data> { get: { parameters: { query?: Query } } & Answer<Data> }
interface GetOf<Path, Query, Data> { get: { parameters: { path: Path; query?: Query } } & Answer<Data> }
interface Post<Body, Data> { post: { parameters: { query?: never }; requestBody: { content: { 'application/json': Body } } } & Answer<Data> }
interface PostTo<Path, Data> { post: { parameters: { path: Path } } & Answer<Data> }
interface Page { page?: number; limit?: number }

/** Written as openapi-typescript writes them. */
export interface ComingPaths {
  '/api/access-management/handoff': Post<HandOff, AccessChanges>;
  '/api/access-management/assign': Post<AssignAccess, AccessChanges>;
  '/api/access-management/bulk-revoke': Post<BulkRevokeAccess, AccessChanges>;
  '/api/access-management/batches/{batchId}/undo': PostTo<{ batchId: string }, AccessChanges>;
  '/api/access-management/matrix': Get<{ at?: string; q?: string; technicianOffset?: number; technicianLimit?: number; customerOffset?: number; customerLimit?: number }, AccessMatrix>;
  '/api/access-management/matrix/changes': Get<{ from: string; to: string }, AccessDifferences>;
  '/api/access-management/customer/{customerId}/technicians': GetOf<{ customerId: string }, Page, List<CustomerTechnician>>;
  '/api/access-management/summary': Get<never, AccessSummary>;
  '/api/access-management/unused': Get<Page & { days?: number }, List<Grant>>;
  '/api/access-management/history': Get<Page & { organizationId?: string; technicianId?: string; grantId?: string; from?: string; to?: string }, List<AccessHistoryEntry>>;
  '/api/audit/stats': Get<{ organizationId?: string; from?: string; to?: string }, AuditStats>;
  '/api/audit/user/{userId}/activity': GetOf<{ userId: string }, { from?: string; to?: string }, UserActivity>;
  '/api/audit/compliance/report': Get<{ standard?: ComplianceStandard; organizationId?: string; from?: string; to?: string }, ComplianceReport>;
}

export type AllPaths = Omit<paths, keyof ComingPaths> & ComingPaths;
