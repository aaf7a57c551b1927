import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '@/shared/api/error';
import { minutesError, missingOf, owedOf, reasonHint, stateOf } from './words';

test('how it stands is told by what matters most', () => {
  assert.equal(stateOf({ status: 'active', overdue: false, review: null }).word, 'Active now');
  assert.equal(stateOf({ status: 'awaiting_review', overdue: false, review: null }).word, 'Awaiting review');
  assert.deepEqual(stateOf({ status: 'awaiting_review', overdue: true, review: null }), { word: 'Review overdue', look: 'bad' });
  const review = { byId: '', byName: '', at: '', words: '' };
  assert.equal(stateOf({ status: 'reviewed', overdue: false, review: { ...review, verdict: 'not_justified' } }).word, 'Not justified');
});

test('a length and a reason are held to what the server takes', () => {
  for (const good of ['1', '60']) assert.equal(minutesError(good), undefined);
  for (const bad of ['', '0', '61', '2.5', 'x', '-1']) assert.notEqual(minutesError(bad), undefined);
  assert.equal(missingOf('  The disk is full  '), 4);
  assert.equal(missingOf('The disk of db-01 is full'), 0);
  assert.match(reasonHint('The disk of db-01 i'), /1 more character at least/);
});

test('what stands in the way is named only where the server names it', () => {
  const emergency = { emergencyId: 'e', technicianName: 'Aiko', customerOrgName: 'Kestrel', reviewDueAt: '2026-01-01T00:00:00Z' };
  assert.deepEqual(owedOf(new ApiError(409, 'review_owed', 'First a review.', { emergency })), { emergencyId: 'e', technicianName: 'Aiko', customerOrgName: 'Kestrel' });
  assert.equal(owedOf(new ApiError(409, 'review_owed', 'First a review.')), undefined);
  assert.equal(owedOf(new ApiError(409, 'grant_exists', 'There is one.', { emergency })), undefined);
  assert.equal(owedOf(null), undefined);
});
