import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MatrixGrant } from '@/shared/api/types';
import { differenceOf, lookOf, wordsOf } from './cells';

const NOW = Date.parse('2026-03-04T12:00:00Z');
const in_ = (days: number) => new Date(NOW + days * 86_400_000).toISOString();
const grant = (of: Partial<MatrixGrant>): MatrixGrant => ({ id: 'g', accessLevel: 'full_access', status: 'active', startsAt: in_(-90), expiresAt: null, lastUsedAt: in_(-1), version: 1, ...of });

test('a cell shows the furthest level that stands, and how near its end is', () => {
  assert.equal(lookOf([], NOW).level, null);
  assert.equal(lookOf([grant({ status: 'revoked' })], NOW).level, null);
  const look = lookOf([grant({ accessLevel: 'read_only' }), grant({ accessLevel: 'emergency', expiresAt: in_(0.02) })], NOW);
  assert.deepEqual([look.letter, look.more, look.edge], ['E', 1, 'day']);
  assert.equal(lookOf([grant({ expiresAt: in_(3) })], NOW).edge, 'week');
  assert.equal(lookOf([grant({ expiresAt: in_(30) })], NOW).edge, 'later');
  // What stands today is told before what is to come, however far that reaches.
  assert.equal(lookOf([grant({ accessLevel: 'emergency', status: 'scheduled' }), grant({ accessLevel: 'read_only' })], NOW).letter, 'R');
});

test('unused is what could have been used and was not', () => {
  assert.ok(lookOf([grant({ lastUsedAt: in_(-31) })], NOW).unused);
  assert.ok(lookOf([grant({ lastUsedAt: null })], NOW).unused);
  assert.ok(!lookOf([grant({ lastUsedAt: null, startsAt: in_(-2) })], NOW).unused);
  assert.ok(!lookOf([grant({ lastUsedAt: null, status: 'scheduled' })], NOW).unused);
});

test('a cell says in words what it shows', () => {
  assert.equal(wordsOf([], NOW), 'No access');
  assert.equal(wordsOf([grant({ expiresAt: in_(5), lastUsedAt: null })], NOW), 'Full access, 5 days left, never used');
  const hours = { timeZone: 'UTC', windows: [{ days: ['monday' as const], from: '08:00', to: '18:00' }] };
  assert.equal(wordsOf([grant({ hours, lastUsedAt: null })], NOW), 'Full access, no end, Mon 08:00–18:00, UTC, never used');
});

test('a difference to today has a kind', () => {
  assert.equal(differenceOf({ before: null, after: 'read_only' }), 'new');
  assert.equal(differenceOf({ before: 'read_only', after: null }), 'gone');
  assert.equal(differenceOf({ before: 'read_only', after: 'emergency' }), 'other');
  assert.equal(differenceOf({ before: null, after: null }), null);
  const hours = { timeZone: 'UTC', windows: [{ days: ['monday' as const], from: '08:00', to: '18:00' }] };
  assert.equal(differenceOf({ before: 'read_only', after: 'read_only', hoursBefore: null, hoursAfter: hours }), 'other');
  assert.equal(differenceOf({ before: 'read_only', after: 'read_only', hoursBefore: hours, hoursAfter: hours }), null);
});
