import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Grant } from '@/shared/api/types';
import { fixedOf, termsOf, toTerms } from './terms';

const NOW = Date.parse('2026-03-04T12:00:00Z');
const EMERGENCY = {
  accessLevel: 'emergency', startsAt: null, grantedAt: '2026-03-04T11:30:00Z', expiresAt: '2026-03-04T12:15:00Z', ipRanges: [], services: [], hours: null,
  reason: 'The database of the shop is down', notes: '',
} as unknown as Grant;

test('the level and the times of an emergency are fixed, and of nothing else', () => {
  assert.deepEqual(fixedOf(EMERGENCY), { startsAt: '2026-03-04T11:30:00Z', expiresAt: '2026-03-04T12:15:00Z' });
  assert.equal(fixedOf({ ...EMERGENCY, accessLevel: 'full_access' }), undefined);
});

test('what is changed of an emergency names no end and no hours', () => {
  const terms = toTerms({ ...termsOf(EMERGENCY), notes: 'Ask the night shift' }, NOW);
  assert.deepEqual(terms, { accessLevel: 'emergency', ipRanges: [], services: [], hours: null, reason: EMERGENCY.reason, notes: 'Ask the night shift' });
});
