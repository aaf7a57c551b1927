import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationWords, relativeTime } from './time';

const NOW = Date.parse('2026-03-04T12:00:00Z');
const at = (ms: number) => new Date(NOW + ms).toISOString();

test('what has happened is never told as to come, though the clock here be behind', () => {
  assert.equal(relativeTime(at(10_000), NOW), 'just now');
  assert.equal(relativeTime(at(120_000), NOW), 'just now');
  assert.equal(relativeTime(at(-10_000), NOW), 'just now');
});

test('what may be to come is told as to come', () => {
  assert.equal(relativeTime(at(10_000), NOW, true), 'in a moment');
  assert.match(relativeTime(at(3_600_000), NOW, true), /1/);
});

test('a length that is shorter than a second is no nothing', () => {
  assert.equal(durationWords(0), 'under 1 s');
  assert.equal(durationWords(999), 'under 1 s');
  assert.equal(durationWords(1_000), '1 s');
  assert.equal(durationWords(61_000), '1 min');
});
