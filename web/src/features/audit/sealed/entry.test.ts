import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leafHash, toHex } from './bytes';
import { encode, type Entry } from './entry';

const id = (number: number) => `00000000-0000-0000-0000-${number.toString(16).padStart(12, '0')}`;
const salt = (number: bigint) => (((number + 7n) * 0x9e3779b97f4a7c15n) % 2n ** 128n).toString(16).padStart(32, '0');
const open = (number: bigint, value: string) => ({ salt: salt(number), value });

/** The entry that the tests of the crate `audit-log` hold version 1 of the format to. */
const entry: Entry = {
  organizationId: id(0xac),
  id: id(1),
  occurredAt: '2026-09-21T14:13:20.000001Z',
  code: 'grant.create',
  outcome: 'success',
  riskLevel: 'medium',
  controls: ['CC6.2', 'A.5.15'],
  sentence: open(1n, 'Ada Park granted access to Kestrel Bank: “review”\n'),
  actorId: id(0xada),
  actorOrganizationId: null,
  actorName: open(2n, 'Ada Park'),
  actorEmail: open(3n, 'ada@example.com'),
  actorRole: 'account_manager',
  targetType: 'grant',
  targetId: id(9),
  targetName: open(4n, 'Kestrel Bank'),
  sessionId: null,
  clientIp: open(5n, '192.0.2.7'),
  userAgent: { salt: '09'.repeat(16), value: null },
  requestId: id(11),
  policyIds: ['provider.grants'],
  details: open(6n, '{"level": "read_only"}'),
};

async function leafOf(changed: Record<string, unknown>): Promise<string | undefined> {
  const bytes = await encode({ ...entry, ...changed });
  return bytes && toHex(await leafHash(bytes));
}

test('the bytes of version 1 are those of the server and of the offline verifier', async () => {
  assert.equal(await leafOf({}), '0cd97261187d12173a446091dec848488c10cf3acc480831352eb29058c5a96b');
});

test('each field is bound, and what is no entry has no bytes', async () => {
  const whole = await leafOf({});
  const changes = [
    { code: 'grant.revoke' }, { occurredAt: '2026-09-21T14:13:20.000002Z' }, { controls: ['CC6.2A.5.15'] }, { controls: [] }, { actorId: null }, { sessionId: id(1) },
    { actorRole: '' }, { userAgent: { salt: '09'.repeat(16), value: '' } }, { details: open(6n, '{"level":"read_only"}') }, { clientIp: open(6n, '192.0.2.7') },
  ];
  for (const change of changes) assert.notEqual(await leafOf(change), whole, JSON.stringify(change));
  for (const change of [{ id: 'x' }, { occurredAt: 'soon' }, { controls: [1] }, { sentence: { salt: '00', value: 'a' } }, { sentence: 'a' }, { more: 1 }]) {
    assert.equal(await leafOf(change), undefined, JSON.stringify(change));
  }
});
