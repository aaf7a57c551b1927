import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SsoConnection, SsoDomain } from '../api';
import { firstOpen, rolesLack, stepsOf } from './steps';

const draft = { issuer: 'https://id.example', state: 'draft', tested: false, lastTest: null, groups: [], defaultRole: null, createsUsers: true } as unknown as SsoConnection;
const proven = [{ verifiedAt: '2026-11-21T10:00:00Z' }] as unknown as SsoDomain[];
const at = (connection: SsoConnection | undefined, domains: SsoDomain[] = [], chosen = false) => firstOpen(stepsOf({ protocol: 'oidc', chosen, connection, domains }));

test('the set-up goes on where something is missing', () => {
  assert.equal(at(undefined), 'provider');
  assert.equal(at(undefined, [], true), 'register');
  assert.equal(at(draft), 'test');
  assert.equal(at({ ...draft, tested: true }), 'roles');
  assert.equal(at({ ...draft, tested: true, defaultRole: 'basic_user' }), 'domain');
  assert.equal(at({ ...draft, tested: true, defaultRole: 'basic_user' }, proven), 'activate');
  assert.equal(at({ ...draft, tested: true, defaultRole: 'basic_user', state: 'active' }, proven), 'activate');
});

test('a SAML draft without metadata goes on at what has to be registered, and cannot be tested', () => {
  const bare = { ...draft, protocol: 'saml', issuer: '' } as SsoConnection;
  assert.equal(at(bare), 'register');
  assert.deepEqual(stepsOf({ protocol: 'saml', chosen: true, connection: bare, domains: [] }).filter(({ closed }) => closed).map(({ key }) => key), ['test']);
});

test('what a step lacks is said, and what needs a connection is closed before there is one', () => {
  assert.deepEqual(stepsOf({ protocol: 'oidc', chosen: true, connection: undefined, domains: [] }).filter(({ closed }) => closed).map(({ key }) => key), ['test', 'roles', 'domain', 'activate']);
  const failed = { ...draft, lastTest: { at: '', passed: false, checks: [] } };
  const changed = { ...draft, lastTest: { at: '', passed: true, checks: [] } };
  const lacks = (connection: SsoConnection) => stepsOf({ protocol: 'oidc', chosen: true, connection, domains: [] }).find(({ key }) => key === 'test')?.lacks;
  assert.deepEqual([lacks(draft), lacks(failed), lacks(changed), lacks({ ...changed, tested: true })], ['Not tested yet', 'The last test failed', 'Changed since its test', undefined]);
});

test('without a role for others and without groups nobody new comes in, unless nobody new shall', () => {
  assert.ok(rolesLack(draft));
  assert.equal(rolesLack({ ...draft, createsUsers: false }), undefined);
  assert.equal(rolesLack({ ...draft, groups: [{ group: 'a', role: 'admin' }] }), undefined);
});
