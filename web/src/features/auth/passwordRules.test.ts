import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasKind, lengthOf } from './passwordRules';

test('kinds of characters are told apart in any script', () => {
  assert.ok(hasKind('quartz', 'lowercase'));
  assert.ok(!hasKind('QUARTZ 17', 'lowercase'));
  assert.ok(hasKind('Ømsint', 'uppercase'));
  assert.ok(!hasKind('straße', 'uppercase'));
  assert.ok(hasKind('heron ٣', 'digit'));
  assert.ok(!hasKind('heron', 'digit'));
  assert.ok(hasKind('a heron', 'symbol'), 'a space is one, too');
  assert.ok(!hasKind('heron17', 'symbol'));
});

test('a character beyond the first plane counts once', () => assert.equal(lengthOf('🗝🗝'), 2));
