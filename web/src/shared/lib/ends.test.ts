import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endOf, endTitle } from './ends';

test('who ended it and why are said once, to everyone', () => {
  for (const own of [true, false]) {
    assert.deepEqual(endOf({ code: 'ended_by_admin', message: 'Ended by Maren Okafor: end of: the shift', own }), { title: 'Ended by Maren Okafor', note: 'end of: the shift' });
    assert.deepEqual(endOf({ code: 'ended_by_admin', message: 'Ended by Maren Okafor', own }), { title: 'Ended by Maren Okafor', note: null });
  }
});

test('what is written to the technician is told to others without "your"', () => {
  const message = 'Your access to this customer was revoked: left the project';
  assert.deepEqual(endOf({ code: 'grant_revoked', message, own: true }), { title: 'Your access to this customer was revoked', note: 'left the project' });
  assert.deepEqual(endOf({ code: 'grant_revoked', message, own: false }), { title: 'Access was revoked', note: 'left the project' });
  assert.deepEqual(endOf({ code: 'user_disabled', message: 'Your account was disabled.', own: false }), { title: 'The account was disabled', note: null });
});

test('without a message the code speaks, and a long message stands below it', () => {
  assert.deepEqual(endOf({ code: 'exited', message: '', own: true }), { title: 'The shell was closed', note: null });
  const long = `The machine hung up, ${'and on '.repeat(20)}off.`;
  assert.deepEqual(endOf({ code: 'target_lost', message: long, own: true }), { title: 'The machine hung up', note: long });
});

test('every code has words, those of refused starts and those of tomorrow too', () => {
  assert.equal(endTitle('credential_refused', true), 'The machine refused the account');
  assert.equal(endTitle('made_up_tomorrow', true), 'It did not open');
  assert.equal(endTitle('made_up_tomorrow'), 'The session is over');
  assert.equal(endTitle(null), 'The session is over');
  assert.equal(endTitle('constructor', true), 'It did not open');
});
