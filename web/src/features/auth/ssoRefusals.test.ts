import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ssoRefusal, ssoRefusals } from './ssoRefusals';

test('every way in which a sign-in at an identity provider can fail has its words, and no other', () => {
  // Run in web/.test-build.
  const source = readFileSync('../../crates/server/src/sso/sign_in.rs', 'utf8');
  const list = /NotIn \{([\s\S]*?)\n {4}\}/.exec(source)?.[1] ?? '';
  const codes = [...list.matchAll(/= "([a-z_]+)"/g)].map(([, code]) => code);
  assert.ok(codes.length > 5, 'the list is read');
  assert.deepEqual(Object.keys(ssoRefusals).sort(), codes.sort());
});

test('a code of a newer server is told as well, without showing it', () => {
  assert.doesNotMatch(ssoRefusal('<b>new</b>').text, /<b>/);
});
