import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownPath } from './ownPath';

test('after the sign-in one goes to a path of our own and nowhere else', () => {
  for (const own of ['/', '/organizations', '/sessions?page=2&q=a%20b', '/account#factors']) assert.equal(ownPath(own), own, own);
  const foreign = [
    null, undefined, '', 'organizations', 'https://evil.example/', '//evil.example', '/\\evil.example', '\\\\evil.example', '/..//evil.example', '/x/..//evil.example',
    '/.//evil.example', '/%2e%2e//evil.example', '/\t/evil.example', '/\n/evil.example', '/a/../b', 'javascript:alert(1)', '/a//b', ' /a',
  ];
  for (const path of foreign) assert.equal(ownPath(path), '/', String(path));
});
