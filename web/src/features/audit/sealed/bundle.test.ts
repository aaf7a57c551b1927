import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isWhole } from './bundle';

test('a bundle without its last line is not whole', () => {
  assert.ok(isWhole('{"seq":1}\n{"right":[]}\n'));
  assert.ok(isWhole(`{"seq":1}\n{"right":["${'0'.repeat(64)}"]}\n`));
  for (const broken of ['', '{"seq":1}\n', '{"right":[]}', '{"seq":1}\n{"right":["00', '{"seq":1,"x":{"right":[]}}\n']) assert.equal(isWhole(broken), false, broken);
});
