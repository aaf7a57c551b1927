import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MatrixGrant } from '@/shared/api/types';
import { differenceOf, leading, lookOf, wordsOf } from './cells';

const NOW = Date.parse('2026-03-04T12:00:00Z');
const MOMENT = { at: NOW, past: false };
const THEN = { at: NOW, past: true };
const in_ = (days: number) => new Date(NOW + days * 86_400_000).toISOString();
const grant = (of: Partial<MatrixGrant>): MatrixGrant => ({ id: 'g', accessLevel: 'full_access', status: 'active', startsAt: in_(-90), expiresAt: null, lastUsedAt: in_(-1), version: 1, ...of });

test('a cell shows the furthest level that stands, and how near its end is', () => {
  assert.equal(lookOf([], MOMENT).level, null);
  assert.equal(lookOf([grant({ status: 'revoked' })], MOMENT).level, null);
  const look = lookOf([grant({ accessLevel: 'read_only' }), grant({ accessLevel: 'emergency', expiresAt: in_(0.02) })], MOMENT);
  assert.deepEqual([look.letter, look.more, look.edge], ['E', 1, 'day']);
  assert.equal(lookOf([grant({ expiresAt: in_(3) })], MOMENT).edge, 'week');
  assert.equal(lookOf([grant({ expiresAt: in_(30) })], MOMENT).edge, 'later');
  // What stands today is told before what is to come, however far that reaches.
  assert.equal(lookOf([grant({ accessLevel: 'emergency', status: 'scheduled' }), grant({ accessLevel: 'read_only' })], MOMENT).letter, 'R');
});

test('unused is what could have been used and was not', () => {
  assert.ok(lookOf([grant({ lastUsedAt: in_(-31) })], MOMENT).unused);
  assert.ok(lookOf([grant({ lastUsedAt: null })], MOMENT).unused);
  assert.ok(!lookOf([grant({ lastUsedAt: null, startsAt: in_(-2) })], MOMENT).unused);
  assert.ok(!lookOf([grant({ lastUsedAt: null, status: 'scheduled' })], MOMENT).unused);
});

test('a cell says in words what it shows', () => {
  assert.equal(wordsOf([], MOMENT), 'No access');
  assert.equal(wordsOf([grant({ expiresAt: in_(5), lastUsedAt: null })], MOMENT), 'Full access, 5 days left, never used');
  const hours = { timeZone: 'UTC', windows: [{ days: ['monday' as const], from: '08:00', to: '18:00' }] };
  assert.equal(wordsOf([grant({ hours, lastUsedAt: null })], MOMENT), 'Full access, closed now, no end, Mon 08:00–18:00, UTC, never used');
});

test('a cell whose hours are closed at the instant shown says so, now and then', () => {
  const days = ['monday' as const];
  const hours = { timeZone: 'Europe/Oslo', windows: [{ days, from: '08:00', to: '18:00' }] };
  const monday = (time: string) => ({ at: Date.parse(`2026-03-02T${time}Z`), past: true });
  assert.equal(lookOf([grant({ hours })], MOMENT).closed, true);
  assert.equal(lookOf([grant({ hours })], monday('07:00:00')).closed, false);
  assert.equal(lookOf([grant({ hours })], monday('17:00:00')).closed, true);
  assert.equal(lookOf([grant({ hours, status: 'scheduled' })], MOMENT).closed, false);
  assert.match(wordsOf([grant({ hours })], monday('22:59:59')), /^Full access, closed then, no end, Mon 08:00–18:00, Europe\/Oslo, /);
  // What lets in is told before what reaches further and is closed.
  const both = [grant({ id: 'closed', hours }), grant({ id: 'open', accessLevel: 'read_only' }), grant({ id: 'later', accessLevel: 'emergency', status: 'scheduled' })];
  assert.equal(leading(both, NOW)?.id, 'open');
  assert.equal(leading(both, monday('07:00:00').at)?.id, 'closed');
  assert.deepEqual([lookOf(both, MOMENT).letter, lookOf(both, MOMENT).more], ['R', 2]);
});

test('of the past nothing is said that only holds today', () => {
  assert.match(wordsOf([grant({ expiresAt: in_(5), lastUsedAt: null })], THEN), /^Full access, 5 days left$/);
  assert.match(wordsOf([grant({ lastUsedAt: in_(-3) })], THEN), /, last used .*2026/);
  assert.equal(lookOf([grant({ lastUsedAt: null })], THEN).unused, false);
  assert.equal(lookOf([grant({ lastUsedAt: in_(-31) })], THEN).unused, true);
});

test('a difference to today has a kind', () => {
  assert.equal(differenceOf({ before: null, after: 'read_only', levels: [1] }), 'new');
  assert.equal(differenceOf({ before: 'read_only', after: null, levels: [1] }), 'gone');
  assert.equal(differenceOf({ before: 'read_only', after: 'emergency', levels: [1] }), 'other');
  assert.equal(differenceOf({ before: null, after: null, levels: [] }), null);
  assert.equal(differenceOf({ before: 'read_only', after: 'read_only', levels: [1] }), 'other');
  assert.equal(differenceOf({ before: 'read_only', after: 'read_only', levels: [] }), null);
});
