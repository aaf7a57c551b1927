import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GrantHours } from '@/shared/api/types';
import { WEEKDAYS, hoursFields, hoursForm, hoursWords, tidyTime, toHours, withWindow } from './hours';

const OFFICE: GrantHours = { timeZone: 'Europe/Berlin', windows: [{ days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'], from: '08:00', to: '18:00' }] };

test('hours are told in few words', () => {
  assert.equal(hoursWords(null), 'Any time');
  assert.equal(hoursWords(OFFICE), 'Mon–Fri 08:00–18:00, Europe/Berlin');
  const windows: GrantHours['windows'] = [
    { days: ['monday', 'wednesday'], from: '08:00', to: '12:00' },
    { days: ['monday', 'wednesday'], from: '13:00', to: '17:00' },
    { days: [...WEEKDAYS], from: '22:00', to: '02:00' },
  ];
  assert.equal(hoursWords({ timeZone: 'UTC', windows }), 'Mon, Wed 08:00–12:00 and 13:00–17:00; Daily 22:00–02:00, UTC');
});

test('what is entered goes to the server as it is meant, and comes back as it was', () => {
  assert.equal(toHours(hoursForm()), null);
  assert.deepEqual(toHours(hoursForm(OFFICE)), OFFICE);
  const form = withWindow(hoursForm(OFFICE));
  assert.deepEqual(form.windows.map(({ key }) => key), [0, 1]);
  assert.ok(hoursFields(form).includes('hours.windows[1].days'));
  const edited = { ...form, windows: form.windows.slice(1).map((row) => ({ ...row, days: ['sunday', 'saturday'] as const, from: '8', to: '24:00' })) };
  assert.deepEqual(toHours(edited)?.windows, [{ days: ['saturday', 'sunday'], from: '08:00', to: '24:00' }]);
  assert.deepEqual(['8', '830', '8:30', '08.30', ' 18:00 ', 'noon', ''].map(tidyTime), ['08:00', '08:30', '08:30', '08:30', '18:00', 'noon', '']);
});
