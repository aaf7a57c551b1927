import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_STRIP, inOrder, offsetOf, spanOf, turned } from './slots';

const AXIS = { size: 10, step: 4, more: 2 };

test('as many are drawn wherever one is, and all that is in sight is among them', () => {
  for (let offset = 0; offset <= 900; offset += 7) {
    const [first, last] = spanOf(offset, 100, 100, AXIS);
    assert.equal(last - first + 1, 18);
    assert.ok(first >= 0 && last <= 99);
    assert.ok(first * 10 <= offset && (last + 1) * 10 >= Math.min(1000, offset + 100), String(offset));
  }
  assert.deepEqual(spanOf(0, 100, 3, AXIS), [0, 2]);
  assert.deepEqual(spanOf(0, 100, 0, AXIS), [0, -1]);
  assert.deepEqual(spanOf(0, -40, 100, AXIS), [0, 7]);
});

test('a place that goes out of sight shows what comes into it, and no other changes', () => {
  const start = turned(NO_STRIP, [0, 3]);
  assert.deepEqual(start.slots.map(({ at }) => at), [0, 1, 2, 3]);
  const next = turned(start, [2, 5]);
  assert.deepEqual(next.slots, [{ key: 0, at: 4 }, { key: 1, at: 5 }, { key: 2, at: 2 }, { key: 3, at: 3 }]);
  assert.equal(next.slots[2], start.slots[2]);
  assert.equal(turned(next, [2, 5]), next);
  assert.deepEqual(turned(next, [40, 43]).slots.map(({ key }) => key), [0, 1, 2, 3]);
  assert.deepEqual(turned(next, [4, 4]).slots, [{ key: 0, at: 4 }]);
  assert.deepEqual(turned(next, [2, 7]).slots.map(({ key, at }) => [key, at]), [[0, 4], [1, 5], [2, 2], [3, 3], [4, 6], [5, 7]]);
});

test('at rest the places stand in the order in which they are read', () => {
  const turnedOnce = turned(turned(NO_STRIP, [0, 3]), [2, 5]);
  const tidy = inOrder(turnedOnce);
  assert.deepEqual(tidy.slots.map(({ key, at }) => [key, at]), [[2, 2], [3, 3], [0, 4], [1, 5]]);
  assert.equal(inOrder(tidy), tidy);
});

test('it is scrolled no further than is needed', () => {
  assert.equal(offsetOf(5, 0, 100, 10), 0);
  assert.equal(offsetOf(10, 0, 100, 10), 10);
  assert.equal(offsetOf(5, 200, 100, 10), 50);
  assert.equal(offsetOf(0, 0, 4, 10), 0);
});
