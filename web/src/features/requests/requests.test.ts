import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyWish, termsOfWish, wishOf } from './wish';
import type { AccessRequest } from './api';
import { lengthWords, waitsFor } from './words';

const NOW = Date.parse('2026-03-04T10:00:00Z');

test('a wish becomes terms, and a length counts from the beginning', () => {
  assert.deepEqual(termsOfWish({ ...emptyWish, ipRanges: '10.0.0.0/8, 192.0.2.7', services: 'ssh', reason: ' Disk swap ' }, NOW), {
    expiresAt: '2026-03-11T10:00:00.000Z', ipRanges: ['10.0.0.0/8', '192.0.2.7'], services: ['ssh'], hours: null, reason: 'Disk swap',
  });
  const from = '2026-03-10T08:00';
  assert.equal(termsOfWish({ ...emptyWish, lasting: '1', from }, NOW).expiresAt, new Date(new Date(from).getTime() + 86_400_000).toISOString());
  assert.equal(termsOfWish({ ...emptyWish, lasting: 'none' }, NOW).expiresAt, null);
});

test('what is not touched in a change is not sent', () => {
  const hours = { timeZone: 'Europe/Berlin', windows: [{ days: ['monday'], from: '08:00', to: '18:00' }] };
  const request = { ipRanges: ['10.0.0.0/8'], services: ['ssh', 'sftp'], hours, reason: 'Disk swap' } as unknown as AccessRequest;
  assert.deepEqual(termsOfWish(wishOf(request), NOW), { ipRanges: ['10.0.0.0/8'], hours, reason: 'Disk swap' });
});

test('a request tells whom it waits for and how long it would hold', () => {
  assert.equal(waitsFor(['provider', 'customer']), 'Waits for the provider and the customer');
  assert.equal(waitsFor([]), 'Nobody’s approval is missing');
  assert.equal(lengthWords({ startsAt: null, expiresAt: '2026-03-11T10:00:00Z' }, NOW), '7 days');
  assert.equal(lengthWords({ startsAt: '2026-03-10T10:00:00Z', expiresAt: '2026-03-11T10:00:00Z' }, NOW), '1 day');
  assert.equal(lengthWords({ startsAt: null, expiresAt: null }, NOW), 'Until revoked');
});
