import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { AuditEvent } from '@/shared/api/types';
import { controls } from './controls';
import { addressError, idError, narrowedWords, targetOptions } from './narrowing';

test('every control that entries are evidence for can be chosen, and no other', () => {
  // Run in web/.test-build.
  const catalogue = readFileSync('../../crates/server/src/audit/catalogue.rs', 'utf8');
  const named = [...catalogue.matchAll(/^const [A-Z_]+: &\[&str\] = &\[([^\]]+)\];/gm)].flatMap(([, list = '']) => [...list.matchAll(/"([^"]+)"/g)].map(([, id]) => id));
  assert.ok(named.length > 20, 'the catalogue is read');
  assert.deepEqual(Object.keys(controls).sort(), [...new Set(named)].sort(), 'src/features/audit/controls.ts names each control in words');
});

test('an address is one address', () => {
  for (const good of ['203.0.113.7', '::1', '2001:db8::7', '2001:DB8::a', '::ffff:203.0.113.7']) assert.equal(addressError(good), undefined, good);
  for (const bad of ['203.0.113', '256.0.0.1', 'db.acme.example', '203.0.113.7:22', '12', 'abc']) assert.notEqual(addressError(bad), undefined, bad);
  assert.equal(addressError('203.0.113.0/24'), 'One address, not a range.');
});

test('an id is a whole id', () => {
  assert.equal(idError('0190a2c4-7b1e-7c3d-8e4f-001122334455'), undefined);
  for (const bad of ['', '0190a2c4', '0190a2c4-7b1e-7c3d-8e4f-00112233445g']) assert.notEqual(idError(bad), undefined, bad);
});

test('a target is called by its name where an entry in sight has it', () => {
  const rows = [{ target: { type: 'user', id: '0190a2c4-7b1e-7c3d-8e4f-001122334455', name: 'Jonas' } }, { target: null }] as unknown as AuditEvent[];
  assert.deepEqual(targetOptions(rows, '0190a2c4-7b1e-7c3d-8e4f-001122334455').map(({ label }) => label), ['Jonas']);
  assert.deepEqual(targetOptions([], '0190a2c4-7b1e-7c3d-8e4f-001122334455').map(({ label }) => label), ['…22334455']);
  assert.deepEqual(targetOptions(rows, undefined), []);
});

test('an export says what it is narrowed to', () => {
  assert.deepEqual(narrowedWords({}, '', String), []);
  assert.deepEqual(narrowedWords({ organizationId: 'o', outcome: 'refused', clientIp: '203.0.113.7', control: 'CC6.1', from: '24' }, 'grant', () => 'Kestrel Bank'), ['Kestrel Bank', 'last 24 hours', 'refused', 'from 203.0.113.7', 'evidence for CC6.1', '“grant”']);
});
