import assert from 'node:assert/strict';
import { test } from 'node:test';
import { around, betweenOf, endOfBucket, instantsOfDays, spanOf } from './spans';

test('a span of the address becomes instants, and nonsense becomes none', () => {
  const [from, to] = ['2026-03-04T10:00:00.000Z', '2026-03-04T11:00:00.000Z'];
  assert.deepEqual(spanOf({ from: '24', between: betweenOf(from, to) }), { from, to });
  assert.deepEqual(spanOf({ between: 'a_b' }), {});
  assert.deepEqual(spanOf({ from: '-3' }), {});
  assert.ok(spanOf({ from: '24' }).from !== undefined);
});

test('around an instant there is a second on each side', () => {
  assert.deepEqual(spanOf({ between: around('2026-03-04T10:00:00.500Z') }), { from: '2026-03-04T09:59:59.500Z', to: '2026-03-04T10:00:01.500Z' });
});

test('the last bucket ends with the span', () => {
  assert.equal(endOfBucket('2026-03-04T10:00:00Z', 'hour', '2026-03-05T00:00:00Z'), '2026-03-04T11:00:00.000Z');
  assert.equal(endOfBucket('2026-03-04T10:00:00Z', 'day', '2026-03-04T12:00:00Z'), '2026-03-04T12:00:00.000Z');
});

test('days of the reader become instants, the last one included', () => {
  const { from, to } = instantsOfDays({ from: '2026-03-03', to: '2026-03-04' });
  assert.equal(from, new Date(2026, 2, 3).toISOString());
  assert.equal(to, new Date(2026, 2, 5).toISOString());
  assert.deepEqual(instantsOfDays({ from: 'soon' }), { from: undefined, to: undefined });
});
