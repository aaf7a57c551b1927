import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readOwed } from './useOwed';

test('the challenge and the page to return to are read as the server writes them', () => {
  const query = '?owed=factor';
  assert.deepEqual(readOwed(query, '#challenge=abc-_9&returnTo=/audit?code=a.b&page=2'), { name: 'factor', challenge: 'abc-_9', returnTo: '/audit?code=a.b&page=2' });
  assert.deepEqual(readOwed('?owed=enrolment', '#challenge=x'), { name: 'enrolment', challenge: 'x', returnTo: null });
  for (const [search, hash] of [['', '#challenge=x'], ['?owed=money', '#challenge=x'], [query, ''], [query, '#returnTo=/'], [query, '#token=x']] as const) {
    assert.equal(readOwed(search, hash), undefined, `${search}${hash}`);
  }
});
