import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, blockOf, countOf, holds, moved, spotsOf, type Keys } from './selection';

const SIZE = { rows: 10, cols: 20, page: 4 };
const keys = (key: string, more: Partial<Keys> = {}): Keys => ({ key, shiftKey: false, meta: false, ...more });

test('an arrow moves, with shift it widens, and neither leaves the grid', () => {
  const start = at({ row: 0, col: 0 });
  assert.deepEqual(moved(start, keys('ArrowUp'), SIZE), start);
  assert.deepEqual(moved(start, keys('ArrowRight'), SIZE), at({ row: 0, col: 1 }));
  const wide = moved(moved(start, keys('ArrowDown', { shiftKey: true }), SIZE) ?? start, keys('ArrowRight', { shiftKey: true }), SIZE) ?? start;
  assert.deepEqual(blockOf(wide), { top: 0, bottom: 1, left: 0, right: 1 });
  assert.equal(countOf(blockOf(wide)), 4);
  assert.deepEqual(moved(wide, keys('Escape'), SIZE), at({ row: 1, col: 1 }));
  assert.deepEqual(moved(start, keys('End', { meta: true }), SIZE), at({ row: 9, col: 19 }));
  assert.deepEqual(moved(at({ row: 8, col: 3 }), keys('PageDown'), SIZE), at({ row: 9, col: 3 }));
  assert.equal(moved(start, keys('x'), SIZE), null);
});

test('a whole row, a whole column, all of it', () => {
  const start = at({ row: 3, col: 5 });
  assert.deepEqual(blockOf(moved(start, keys(' ', { shiftKey: true }), SIZE) ?? start), { top: 3, bottom: 3, left: 0, right: 19 });
  assert.deepEqual(blockOf(moved(start, keys(' ', { meta: true }), SIZE) ?? start), { top: 0, bottom: 9, left: 5, right: 5 });
  assert.equal(countOf(blockOf(moved(start, keys('a', { meta: true }), SIZE) ?? start)), 200);
});

test('a block is the same from whichever corner it was drawn', () => {
  const block = blockOf({ anchor: { row: 4, col: 6 }, active: { row: 2, col: 3 } });
  assert.deepEqual(block, { top: 2, bottom: 4, left: 3, right: 6 });
  assert.ok(holds(block, { row: 3, col: 5 }));
  assert.ok(!holds(block, { row: 5, col: 5 }));
  assert.deepEqual(spotsOf({ top: 1, bottom: 2, left: 0, right: 0 }), [{ row: 1, col: 0 }, { row: 2, col: 0 }]);
});
