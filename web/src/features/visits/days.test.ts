import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Session } from '@/shared/api/types';
import { daysOf, presence } from './days';

const session = (status: Session['status'], technicianId: string, createdAt = '2026-03-04T12:00:00') => ({ status, technicianId, createdAt }) as Session;

test('who was refused is no visit', () => {
  const days = daysOf([session('ended', 'a'), session('refused', 'a'), session('live', 'b')]);
  assert.deepEqual(days.map(({ key, visits, tries }) => [key, visits.length, tries.length]), [['2026-03-04', 2, 1]]);
});

test('each day stands for itself, in the order given', () => {
  assert.deepEqual(daysOf([session('ended', 'a', '2026-03-05T00:10:00'), session('ended', 'a')]).map(({ key }) => key), ['2026-03-05', '2026-03-04']);
});

test('people are counted, not sessions', () => {
  assert.equal(presence([session('ended', 'a'), session('refused', 'b')]), 'Nobody is in your network right now.');
  assert.equal(presence([session('live', 'a'), session('detached', 'a')]), '1 person is in your network right now, in 2 sessions.');
  assert.equal(presence([session('live', 'a'), session('frozen', 'b')]), '2 people are in your network right now.');
});
