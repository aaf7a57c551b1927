import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { eventOptions, nouns } from './events';

test('every kind of event that the server writes can be chosen, and no other', () => {
  // Run in web/.test-build.
  const catalogue = readFileSync('../../crates/server/src/audit/catalogue.rs', 'utf8');
  const codes = [...catalogue.matchAll(/^ +[A-Z_]+ = "([a-z_]+\.[a-z_]+)",/gm)].map(([, code]) => code);
  assert.ok(codes.length > 40, 'the catalogue is read');
  const offered = Object.entries(nouns).flatMap(([noun, { verbs }]) => Object.keys(verbs).map((verb) => `${noun}.${verb}`));
  assert.deepEqual([...offered].sort(), [...codes].sort(), 'src/features/audit/events.ts names each kind in words');
});

test('an event or a whole noun is chosen by a value of its own', () => {
  const values = eventOptions.map(({ value }) => value);
  assert.equal(new Set(values).size, values.length);
  assert.ok(values.includes('grant.') && values.includes('grant.create'));
});
