import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SsoCheck } from '../api';
import { linesOf } from './checks';

const check = (code: string, passed = true): SsoCheck => ({ code, what: code, passed, detail: passed ? null : 'why' });
const seen = ['provider_read', 'provider_fits', 'unsigned_refused', 'forged_refused', 'shared_refused'].map((code) => check(code));
const run = { protocol: 'oidc', seen: undefined, shown: 0, looking: false, awaited: false, ended: null } as const;
const states = (given: Partial<Parameters<typeof linesOf>[0]>) => linesOf({ ...run, ...given }).map(({ state }) => state).join(' ');

test('a test is shown from its plan to its end', () => {
  assert.equal(states({}), 'waiting waiting waiting waiting waiting waiting');
  assert.equal(states({ looking: true }), 'running waiting waiting waiting waiting waiting');
  assert.equal(states({ seen, shown: 2 }), 'passed passed running waiting waiting waiting');
  assert.equal(states({ seen, shown: 6, awaited: true }), 'passed passed passed passed passed running');
  const ended = { at: '', passed: true, checks: [check('provider_read'), check('signed_in')] };
  assert.equal(states({ seen, shown: 6, ended }), 'passed passed passed passed passed passed');
});

test('what failed says why, and nothing after it is said to have passed', () => {
  const lines = linesOf({ ...run, seen: [check('provider_read', false)], shown: 6 });
  assert.deepEqual([lines[0]?.state, lines[0]?.detail], ['failed', 'why']);
  assert.ok(lines.slice(1).every(({ state }) => state === 'waiting'));
});

test('what only the server knows to look at is shown, before the sign-in', () => {
  const lines = linesOf({ ...run, protocol: 'saml', seen: [check('encrypted_refused')], shown: 10 });
  assert.deepEqual(lines.slice(-2).map(({ code }) => code), ['encrypted_refused', 'signed_in']);
  assert.ok(lines.some(({ code }) => code === 'wrapped_refused'));
});

test('an earlier test is shown as it was kept', () => {
  assert.equal(states({ ended: { at: '', passed: false, checks: [check('provider_read'), check('signed_in', false)] } }), 'passed failed');
});
