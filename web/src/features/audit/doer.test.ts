import assert from 'node:assert/strict';
import { test } from 'node:test';
import { doerOf } from './doer';

test('an entry tells who did it, also where that is no person', () => {
  const actor = { id: 'u', name: 'Ada Park', email: 'ada@acme.example' };
  const directoryToken = { id: 't', name: 'Entra ID' };
  assert.deepEqual(doerOf({ actor, clientIp: '10.0.0.1', details: {} }), { kind: 'person', actor });
  assert.deepEqual(doerOf({ actor: null, clientIp: '10.0.0.1', details: { directoryToken } }), { kind: 'directory', name: 'Entra ID' });
  assert.deepEqual(doerOf({ actor: null, clientIp: '10.0.0.1', details: {} }), { kind: 'stranger' });
  assert.deepEqual(doerOf({ clientIp: null, details: { directoryToken: 'nonsense' } }), { kind: 'platform' });
});
