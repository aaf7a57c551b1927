import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SsoConnection } from '../api';
import { samlChange, samlValues } from './samlChange';

const connection = { name: 'Keycloak', metadataUrl: 'https://id.example/metadata', groupsClaim: 'groups', idpInitiated: false } as SsoConnection;
const values = samlValues(connection);

test('what was not touched is not sent', () => {
  assert.deepEqual(samlChange(connection, values, 'address'), {});
  assert.deepEqual(samlChange(connection, { ...values, name: ' Keycloak ', groupsClaim: ' ' }, 'text'), {});
});

test('metadata are sent by their address or as a text, never both', () => {
  const both = { ...values, metadataUrl: 'https://id.example/other ', metadata: '<EntityDescriptor/>' };
  assert.deepEqual(samlChange(connection, both, 'address'), { metadataUrl: 'https://id.example/other' });
  assert.deepEqual(samlChange(connection, both, 'text'), { metadata: '<EntityDescriptor/>' });
});

test('a switch and an attribute are sent when they differ', () => {
  assert.deepEqual(samlChange(connection, { ...values, idpInitiated: true, groupsClaim: 'memberOf' }, 'address'), { idpInitiated: true, groupsClaim: 'memberOf' });
});
