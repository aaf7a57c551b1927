import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '@/shared/api/error';
import type { Organization } from '@/shared/api/types';
import { quickerThan, reachOf } from './giving';
import { lineOf, readMachineLines } from './machineLines';
import { firstOpen, nextOf, stepsOf } from './steps';

const customer = (assets: number, activeGrants: number) => ({ counts: { users: 1, assets, activeGrants, liveSessions: 0 } }) as Organization;

test('onboarding goes on where something is missing, whoever comes back', () => {
  const at = (organization: Organization | undefined, admins = 0) => firstOpen(stepsOf({ organization, admins }));
  assert.equal(at(undefined), 'organization');
  assert.equal(at(customer(0, 0)), 'admin');
  assert.equal(at(customer(0, 0), 1), 'machines');
  assert.equal(at(customer(2, 0), 1), 'technicians');
  assert.equal(at(customer(2, 1), 1), 'summary');
  assert.equal(at(customer(2, 1), 0), 'admin');
  assert.equal(nextOf('organization'), 'admin');
  assert.equal(nextOf('summary'), 'summary');
});

test('nothing but the first step is open before there is an organization', () => {
  assert.deepEqual(stepsOf({ organization: undefined, admins: 0 }).filter(({ closed }) => !closed).map(({ key }) => key), ['organization']);
  assert.ok(stepsOf({ organization: customer(0, 0), admins: 0 }).every(({ closed }) => !closed));
});

test('machines are read from lines as people write them', () => {
  const { machines, wrong } = readMachineLines('web-01 10.20.4.11\n\n  db-01, db.acme.example:2222\nbox\t2001:db8::7\nbox-2 [2001:db8::8]:2022\nold 10.0.0.1 23\n');
  assert.deepEqual(machines, [
    { name: 'web-01', address: '10.20.4.11', port: 22 },
    { name: 'db-01', address: 'db.acme.example', port: 2222 },
    { name: 'box', address: '2001:db8::7', port: 22 },
    { name: 'box-2', address: '2001:db8::8', port: 2022 },
    { name: 'old', address: '10.0.0.1', port: 23 },
  ]);
  assert.deepEqual(wrong, []);
  assert.deepEqual(readMachineLines(machines.map(lineOf).join('\n')).machines, machines);
});

test('a line that cannot be read is told with its number', () => {
  const { machines, wrong } = readMachineLines('web-01\nweb-02 10.0.0.2 70000\nweb-03 10.0.0.3\nWEB-03 10.0.0.4\na b 22 c');
  assert.deepEqual(machines.map(({ name }) => name), ['web-03']);
  assert.deepEqual(wrong.map(({ line }) => line), [1, 2, 4, 5]);
});

test('only what touches nothing that stands is given without a second look', () => {
  const seen = { created: 0, updated: 0, revoked: 0, unchanged: 0 };
  assert.equal(reachOf({ ...seen, created: 2 }), 'adds');
  assert.equal(reachOf({ ...seen, created: 1, updated: 1 }), 'changes');
  assert.equal(reachOf({ ...seen, created: 1, unchanged: 1 }), 'changes');
  assert.equal(reachOf({ ...seen, unchanged: 2 }), 'nothing');
});

test('who was not quick enough reads of what, and any other refusal in its own words', () => {
  const stale = quickerThan(new ApiError(412, 'stale_version', 'Somebody changed this since you read it.'), 'Kestrel Bank');
  assert.ok(stale instanceof ApiError && stale.code === 'stale_version');
  assert.match(stale.message, /^Somebody changed who may come in to Kestrel Bank meanwhile, so nobody was given access/);
  const other = new ApiError(409, 'grant_exists', 'There is one.');
  assert.equal(quickerThan(other, 'Kestrel Bank'), other);
  assert.equal(quickerThan(null, 'Kestrel Bank'), null);
});
