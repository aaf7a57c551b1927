// An entry of a demonstration's log as the server gave it, with its proof and the key that signed: what tests hold this page to.
import type { AuditEvent, AuditProof } from '@/shared/api/types';

export const realEvent: AuditEvent = {
  id: '01a20154-8373-7de6-bd30-b1f7a0d2baee',
  occurredAt: '2026-11-22T03:37:25.619876Z',
  organizationId: '01a20154-63a2-721f-b368-eb8d3ec804bc',
  organizationName: 'Kestrel Bank',
  code: 'grant.create',
  sentence: 'Jonas Lindqvist granted access to Aiko Tanaka (read-only access): Second pair of eyes for the migration',
  outcome: 'success',
  riskLevel: 'medium',
  complianceRelevant: true,
  controls: ['CC6.2', 'CC6.3', 'A.5.15', 'A.5.18'],
  actor: {
    id: '01a20154-5365-7e16-88da-0b57591900e7',
    organizationId: '01a20154-4e27-7b88-aa9e-fdcbe8d7f2d2',
    name: 'Jonas Lindqvist',
    email: 'jonas.lindqvist@northgate.example',
    role: 'account_manager',
  },
  target: { type: 'grant', id: '01a20154-836e-71e3-843c-10d3f3949e38', name: 'Aiko Tanaka (read-only access)' },
  sessionId: null,
  clientIp: '127.0.0.1',
  userAgent: 'sallyport demo',
  requestId: '01a20154-836c-7dff-bdd3-879d36ecdc41',
  policyIds: ['provider.grants'],
  details: {
    terms: {
      reason: 'Second pair of eyes for the migration',
      ipRanges: [],
      services: [],
      startsAt: null,
      expiresAt: '2026-12-06T03:37:25.499119798Z',
      accessLevel: 'read_only',
    },
    technicianId: '01a20154-5d91-7d5c-94e4-9f42ad0dcfde',
  },
};

export const realProof: AuditProof = {
  eventId: '01a20154-8373-7de6-bd30-b1f7a0d2baee',
  organizationId: '01a20154-63a2-721f-b368-eb8d3ec804bc',
  seq: 25,
  leafHash: 'e547b00a575c1460c9862ac48c20af9f4e3ac7d313d90d857f77d94ba5d4e7f8',
  size: 26,
  checkpoint: 'sallyport.audit/01a20154-63a2-721f-b368-eb8d3ec804bc\n26\nm2OO06FUoi4D8ZaQQGoB7BGb6A9SRRJRLxyCQi+0T00=\n\n— sallyport.audit/01a20154-63a2-721f-b368-eb8d3ec804bc o6jW6UA6dPndve7uQLymMc5UuJnL0Da7yBuyAhRA6pSmUPpHcdkhYusp9+HwRkC00qFcjpaT0k1lfBfskjRLJEisYQM=\n',
  hashes: [
    '11798723d9a549f8c99de4868a69e4ddfd992b10bf8a650cdbe8351ef6a6989a',
    '74e232ab0aa5dbb8f26b5d07bed9834c7d89d3bb5a752999bed21779a8ba8e38',
    '37244320c7489cedeae5f9d510c3a3d4b03d7059634f96d1a98939f4aae05635',
  ],
  entry: {
    organizationId: '01a20154-63a2-721f-b368-eb8d3ec804bc',
    id: '01a20154-8373-7de6-bd30-b1f7a0d2baee',
    occurredAt: '2026-11-22T03:37:25.619876Z',
    code: 'grant.create',
    outcome: 'success',
    riskLevel: 'medium',
    controls: ['CC6.2', 'CC6.3', 'A.5.15', 'A.5.18'],
    sentence: {
      salt: '311a623b8f36382c1ef850df479ebf0f',
      value: 'Jonas Lindqvist granted access to Aiko Tanaka (read-only access): Second pair of eyes for the migration',
    },
    actorId: '01a20154-5365-7e16-88da-0b57591900e7',
    actorOrganizationId: '01a20154-4e27-7b88-aa9e-fdcbe8d7f2d2',
    actorName: { salt: 'a1f27202dae400aab1fdd8b0fd94bd0f', value: 'Jonas Lindqvist' },
    actorEmail: { salt: '9c95648944daf708468a9ff3f88e6bf1', value: 'jonas.lindqvist@northgate.example' },
    actorRole: 'account_manager',
    targetType: 'grant',
    targetId: '01a20154-836e-71e3-843c-10d3f3949e38',
    targetName: { salt: 'f6a9d442ce8b754747bfc8f527f2e205', value: 'Aiko Tanaka (read-only access)' },
    sessionId: null,
    clientIp: { salt: '8b1a13269b1e9d549d9ccca3f86260b7', value: '127.0.0.1' },
    userAgent: { salt: 'abd7d7bb698718c8a7edac8b89b09363', value: 'sallyport demo' },
    requestId: '01a20154-836c-7dff-bdd3-879d36ecdc41',
    policyIds: ['provider.grants'],
    details: {
      salt: '9143defc21d96678cd10e33dc3bd4510',
      value: '{"terms": {"reason": "Second pair of eyes for the migration", "ipRanges": [], "services": [], "startsAt": null, "expiresAt": "2026-12-06T03:37:25.499119798Z", "accessLevel": "read_only"}, "technicianId": "01a20154-5d91-7d5c-94e4-9f42ad0dcfde"}',
    },
  },
  verifierKey: 'sallyport.audit/01a20154-63a2-721f-b368-eb8d3ec804bc+a3a8d6e9+AZ2Rc8x5AdzTukd0AOuFK266jUdSW2MUNtY5iX6BXcAt',
};

export const realKeys = [{ keyId: '7510fe82f94d9c26', publicKey: 'nZFzzHkB3NO6R3QA64UrbrqNR1JbYxQ21jmJfoFdwC0=' }];
