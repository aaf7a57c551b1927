import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GrantHours } from '@/shared/api/types';
import { WEEKDAYS } from './hours';
import { closedAt, closedNow, holdsAt, opensWords } from './opening';

type Windows = GrantHours['windows'];
const office: Windows = [{ days: WEEKDAYS.slice(0, 5), from: '08:00', to: '18:00' }];
const at = (iso: string) => Date.parse(iso);

/** Minutes of that UTC day at which they hold, as spans. */
function spans(hours: GrantHours, day: string): string[] {
  const found: string[] = [];
  let since: string | undefined;
  for (let minute = 0; minute <= 1440; minute += 1) {
    const instant = new Date(at(`${day}T00:00:00Z`) + minute * 60_000);
    const time = minute === 1440 ? '24:00' : instant.toISOString().slice(11, 16);
    const holds = minute < 1440 && holdsAt(hours, instant.getTime());
    if (holds) since ??= time;
    else if (since !== undefined) {
      found.push(`${since}–${time}`);
      since = undefined;
    }
  }
  return found;
}

test('hours hold by the clock of their zone, in winter and in summer', () => {
  const hours = { timeZone: 'Europe/Oslo', windows: office };
  assert.deepEqual(spans(hours, '2026-01-14'), ['07:00–17:00']);
  assert.deepEqual(spans(hours, '2026-07-15'), ['06:00–16:00']);
  assert.deepEqual(spans(hours, '2026-07-18'), []);
  // A Monday there is still Sunday here, and the other way round.
  assert.deepEqual(spans({ timeZone: 'Pacific/Auckland', windows: [{ days: ['monday'], from: '08:00', to: '18:00' }] }, '2026-07-12'), ['20:00–24:00']);
  assert.deepEqual(spans({ timeZone: 'Asia/Kathmandu', windows: [{ days: ['monday'], from: '00:00', to: '24:00' }] }, '2026-07-13'), ['00:00–18:15']);
});

test('a window over midnight belongs to the day on which it begins', () => {
  const hours: GrantHours = { timeZone: 'UTC', windows: [{ days: ['saturday'], from: '22:00', to: '02:00' }] };
  assert.deepEqual(spans(hours, '2026-07-18'), ['22:00–24:00']);
  assert.deepEqual(spans(hours, '2026-07-19'), ['00:00–02:00']);
  const whole: GrantHours = { timeZone: 'UTC', windows: [{ days: ['sunday'], from: '08:00', to: '08:00' }] };
  assert.deepEqual(spans(whole, '2026-07-19'), ['08:00–24:00']);
  assert.deepEqual(spans(whole, '2026-07-20'), ['00:00–08:00']);
});

test('in the nights when clocks are set, what the clock shows decides', () => {
  const night = (from: string, to: string): GrantHours => ({ timeZone: 'Europe/Berlin', windows: [{ days: ['sunday'], from, to }] });
  // 02:00 to 03:00 is skipped on the 29th of March, and comes twice on the 25th of October.
  assert.deepEqual(spans(night('02:15', '02:45'), '2026-03-29'), []);
  assert.deepEqual(spans(night('01:30', '03:30'), '2026-03-29'), ['00:30–01:30']);
  assert.deepEqual(spans(night('02:15', '02:45'), '2026-10-25'), ['00:15–00:45', '01:15–01:45']);
  assert.deepEqual(spans(night('01:30', '03:30'), '2026-10-25'), ['00:00–02:30'], 'from 23:30 of the evening before');
  assert.equal(holdsAt(night('01:30', '03:30'), at('2026-10-24T23:30:00Z')), true);
  assert.equal(holdsAt(night('01:30', '03:30'), at('2026-10-24T23:29:59Z')), false);
  // Half an hour, on an island.
  assert.deepEqual(spans({ timeZone: 'Australia/Lord_Howe', windows: [{ days: ['sunday'], from: '01:30', to: '02:00' }] }, '2026-04-04'), ['14:30–15:30']);
});

test('without hours it is open, and in a zone that nobody knows it never is', () => {
  assert.equal(holdsAt(null, 0), true);
  assert.equal(holdsAt({ timeZone: 'Europe/Atlantis', windows: [{ days: [...WEEKDAYS], from: '00:00', to: '24:00' }] }, 0), false);
});

test('only what stands can be closed by its hours', () => {
  const hours = { timeZone: 'UTC', windows: office };
  const sunday = at('2026-07-19T12:00:00Z');
  assert.equal(closedAt({ status: 'active', hours }, sunday), true);
  assert.equal(closedAt({ status: 'active', hours: null }, sunday), false);
  assert.equal(closedAt({ status: 'scheduled', hours }, sunday), false);
});

test('what the server said holds until the turn that it told', () => {
  const now = at('2026-07-19T12:00:00Z');
  const [before, after] = ['2026-07-19T11:59:00Z', '2026-07-19T12:01:00Z'];
  const closed = (of: { openNow: boolean; opensAt?: string | null; closesAt?: string | null }) => closedNow({ status: 'active', hours: { timeZone: 'UTC', windows: office }, ...of }, now);
  assert.deepEqual([closed({ openNow: false, opensAt: after }), closed({ openNow: false, opensAt: before }), closed({ openNow: false, opensAt: null })], [true, false, true]);
  assert.deepEqual([closed({ openNow: true, closesAt: after }), closed({ openNow: true, closesAt: before }), closed({ openNow: true, closesAt: null })], [false, true, false]);
  assert.equal(closedNow({ status: 'active', hours: null, openNow: false }, now), false);
  assert.equal(closedNow({ status: 'expired', hours: { timeZone: 'UTC', windows: office }, openNow: false }, now), false);
});

test('when it opens is told by the clock of its zone', () => {
  const hours = { timeZone: 'Europe/Oslo', windows: office };
  assert.equal(opensWords('2026-07-20T06:00:00Z', hours, at('2026-07-18T10:00:00Z')), 'Mon 08:00, Europe/Oslo');
  assert.equal(opensWords('2026-07-20T06:00:00Z', hours, at('2026-07-13T16:00:00Z')), 'Mon 20 Jul 08:00, Europe/Oslo');
  assert.equal(opensWords('2026-07-20T06:00:00Z', { ...hours, timeZone: 'Europe/Atlantis' }, 0), undefined);
});
