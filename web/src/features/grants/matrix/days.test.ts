import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayAt, daysAgo, endOfDay } from './days';

const NOW = new Date(2026, 2, 4, 12, 30);

test('a day leads back and forth, over the end of a month', () => {
  assert.equal(dayAt(0, NOW), '2026-03-04');
  assert.equal(dayAt(4, NOW), '2026-02-28');
  for (const back of [0, 1, 40, 200, 365]) assert.equal(daysAgo(dayAt(back, NOW), NOW), back);
  assert.equal(daysAgo('yesterday', NOW), 0);
});

test('a past day ends before the next begins, and today has not ended', () => {
  assert.equal(new Date(endOfDay('2026-03-03', NOW) ?? '').getTime(), new Date(2026, 2, 4).getTime() - 1);
  assert.equal(endOfDay('2026-03-04', NOW), undefined);
  assert.equal(endOfDay('nonsense', NOW), undefined);
  assert.equal(endOfDay(undefined, NOW), undefined);
});
