import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyOf, slotOf, withSlot, type Slots } from './hues';

const COUNT = 13;
const ids = Array.from({ length: 40 }, (_, at) => `01a1fd1b-aa10-7359-8a25-${String(at).padStart(12, '0')}`);

test('customers that are seen in one browser have colours of their own, as long as there are any', () => {
  let slots: Slots = {};
  for (const id of ids.slice(0, COUNT)) slots = withSlot(slots, keyOf(id), COUNT);
  assert.equal(new Set(ids.slice(0, COUNT).map((id) => slotOf(slots, keyOf(id), COUNT))).size, COUNT);
});

test('a few customers have colours that do not even look alike', () => {
  let slots: Slots = {};
  for (const id of ids.slice(0, 4)) slots = withSlot(slots, keyOf(id), COUNT);
  const given = Object.values(slots).sort((a, b) => a - b);
  given.forEach((slot, at) => assert.ok(((given[(at + 1) % given.length] ?? 0) - slot + COUNT) % COUNT > 1, given.join(' ')));
});

test('a colour that was given stays, whoever comes later', () => {
  let slots: Slots = {};
  const given = ids.map((id) => {
    slots = withSlot(slots, keyOf(id), COUNT);
    return slotOf(slots, keyOf(id), COUNT);
  });
  assert.deepEqual(ids.map((id) => slotOf(slots, keyOf(id), COUNT)), given);
  assert.equal(Object.keys(slots).length, COUNT);
  assert.ok(given.every((slot) => Number.isInteger(slot) && slot >= 0 && slot < COUNT));
});
