import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forPerson, grouped, onlyReads, scopeSentence } from './scopes';
import { rangesOf, tokenState } from './state';

const scope = (name: string) => ({ scope: name, words: `do ${name}` });

test('scopes stand together by what they are about, and unknown ones at the end', () => {
  const groups = grouped(['user.read', 'robot.read', 'asset.read', 'member.list'].map(scope));
  assert.deepEqual(groups.map(({ label, scopes }) => [label, scopes.length]), [['People', 2], ['Machines', 1], ['Others', 1]]);
});

test('what the role does not include is not offered; what the server does not tell of is', () => {
  const { offered, beyond } = forPerson(['asset.read', 'asset.delete', 'new.read'].map(scope), { 'asset.read': true, 'asset.delete': 'Your role may not.' });
  assert.deepEqual([offered.map((each) => each.scope), beyond.map((each) => each.scope)], [['asset.read', 'new.read'], ['asset.delete']]);
  assert.deepEqual(['recording.play', 'user.list', 'session.end'].map((each) => onlyReads(scope(each))), [true, true, false]);
});

test('the scopes of a token in a sentence', () => {
  const known = ['a.read', 'b.read', 'c.read', 'd.read', 'e.read'].map(scope);
  assert.equal(scopeSentence(['a.read'], known), 'Do a.read');
  assert.equal(scopeSentence(['a.read', 'b.read'], known), 'Do a.read and do b.read');
  assert.equal(scopeSentence(['a.read', 'b.read', 'c.read', 'd.read', 'e.read'], known), 'Do a.read, do b.read, do c.read and 2 more');
  assert.equal(scopeSentence(['x.read'], undefined), 'X.read');
});

test('a token that ends soon says so before anything else', () => {
  const now = Date.parse('2026-11-21T12:00:00Z');
  assert.equal(tokenState({ expiresAt: '2026-11-30T12:00:00Z', lastUsedAt: null }, now), 'ending');
  assert.equal(tokenState({ expiresAt: '2027-01-30T12:00:00Z', lastUsedAt: null }, now), 'unused');
  assert.equal(tokenState({ expiresAt: '2027-01-30T12:00:00Z', lastUsedAt: '2026-11-20T12:00:00Z' }, now), 'active');
});

test('addresses are parted by lines, commas or spaces', () => {
  assert.deepEqual(rangesOf(' 10.0.0.0/8\n\n198.51.100.7, 2001:db8::/32 '), ['10.0.0.0/8', '198.51.100.7', '2001:db8::/32']);
  assert.deepEqual(rangesOf('  '), []);
});
