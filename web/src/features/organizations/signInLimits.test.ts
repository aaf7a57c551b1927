import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesOf, limitError } from './signInLimits';

test('what is out of bounds, no whole number or nothing is not saved', () => {
  for (const good of ['5', '480', ' 30 ']) assert.equal(limitError('signInIdleMinutes', good), undefined, good);
  for (const bad of ['', ' ', '4', '481', '7.5', '-5', 'x', '1e9']) assert.ok(limitError('signInIdleMinutes', bad), bad);
  assert.equal(limitError('maxSignIns', '51'), 'Enter a whole number from 1 to 50.');
});

test('only what differs is sent', () => {
  const now = { signInIdleMinutes: 30, signInMaxHours: 12, maxSignIns: 10 };
  assert.deepEqual(changesOf(now, { signInIdleMinutes: '30', signInMaxHours: '8', maxSignIns: '10' }), { signInMaxHours: 8 });
  assert.deepEqual(changesOf(now, { signInIdleMinutes: '30', signInMaxHours: '12', maxSignIns: '10' }), {});
});
