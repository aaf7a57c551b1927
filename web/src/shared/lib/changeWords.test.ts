import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccessTerms } from '@/shared/api/types';
import { changeWords, countWords, differencesOf, isEmpty, termsWords } from './changeWords';

const TERMS: AccessTerms = { accessLevel: 'read_only', startsAt: null, expiresAt: null, ipRanges: [], services: [], reason: 'audit' };
const NOW = Date.parse('2026-03-04T12:00:00Z');

test('a batch is told by what it does', () => {
  assert.equal(countWords({ created: 0, updated: 0, revoked: 0, unchanged: 0 }), 'Nothing changes');
  assert.equal(countWords({ created: 1, updated: 2, revoked: 0, unchanged: 1 }), '1 grant added, 2 changed, 1 left as it is');
  assert.ok(isEmpty({ created: 0, updated: 0, revoked: 0 }));
});

test('of two terms only what differs is told', () => {
  assert.deepEqual(differencesOf(TERMS, TERMS), []);
  assert.deepEqual(differencesOf(TERMS, { ...TERMS, accessLevel: 'full_access', ipRanges: ['10.0.0.0/8'] }), ['Read only → Full access', 'from anywhere → from 10.0.0.0/8']);
  const hours = { timeZone: 'Europe/Berlin', windows: [{ days: ['monday' as const], from: '08:00', to: '18:00' }] };
  assert.deepEqual(differencesOf(TERMS, { ...TERMS, hours }), ['Any time → Mon 08:00–18:00, Europe/Berlin']);
  assert.equal(termsWords({ ...TERMS, hours }, NOW), 'Read only, no end, Mon 08:00–18:00, Europe/Berlin');
  // The same instant, however it is written.
  assert.deepEqual(differencesOf({ ...TERMS, expiresAt: '2026-03-05T12:00:00Z' }, { ...TERMS, expiresAt: '2026-03-05T12:00:00.000Z' }), []);
});

test('a change says what comes or goes', () => {
  const change = { grantId: null, technicianId: 't', technicianName: 'T', customerOrgId: 'c', customerOrgName: 'C', why: null };
  assert.equal(changeWords({ ...change, action: 'create', before: null, after: TERMS }, NOW), 'Read only, no end');
  assert.equal(changeWords({ ...change, action: 'revoke', before: TERMS, after: null }, NOW), 'Read only, no end');
  assert.equal(changeWords({ ...change, action: 'update', before: TERMS, after: { ...TERMS, reason: 'other' } }, NOW), 'Its reason or notes');
  assert.equal(changeWords({ ...change, action: 'none', before: TERMS, after: TERMS, why: 'It has these terms' }, NOW), 'It has these terms');
});
