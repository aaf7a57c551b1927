import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitOf, ranked } from './paletteRank';

const entry = (group: string, label: string) => ({ group, label });
const names = (entries: { label: string }[]) => entries.map(({ label }) => label);

test('a name fits by its whole, its beginning, the beginning of a word, or else somehow', () => {
  assert.equal(fitOf('Kestrel Bank', 'kestrel bank'), 3);
  assert.equal(fitOf('Export the audit log…', 'Export the audit log'), 3);
  assert.equal(fitOf('Kestrel Bank', 'kes'), 2);
  assert.equal(fitOf('Tomás Herrera', 'tomas'), 2);
  assert.equal(fitOf('kb-core-db-01', 'core'), 1);
  assert.equal(fitOf('Kestrel Bank', 'strel'), 0);
  assert.equal(fitOf('Kestrel Bank', ''), 0);
});

test('what begins with what was typed comes first, of whatever kind, and organizations before people', () => {
  const found = [entry('Go to', 'Live sessions'), entry('People', 'Acker, Jo'), entry('People', 'Jo Acme'), entry('Organizations', 'Nacme'), entry('Organizations', 'Acme'), entry('Machines', 'acme-db-01')];
  assert.deepEqual(names(ranked(found, 'acme', {})), ['Acme', 'Nacme', 'acme-db-01', 'Jo Acme', 'Acker, Jo', 'Live sessions']);
  assert.deepEqual(names(ranked([entry('People', 'Kes Lund'), entry('Organizations', 'Kestrel Bank')], 'kes', {})), ['Kestrel Bank', 'Kes Lund']);
  assert.deepEqual(names(ranked([entry('People', 'Kes'), entry('Organizations', 'Kestrel Bank')], 'kes', {})), ['Kes', 'Kestrel Bank']);
});

test('of a kind only so many are shown, and the best of them', () => {
  const people = [entry('People', 'Bo Ann'), entry('People', 'Cy Ann'), entry('People', 'Ann')];
  assert.deepEqual(names(ranked(people, 'ann', { People: 2 })), ['Ann', 'Bo Ann']);
});

test('what is offered before anything is typed keeps its order', () => {
  const all = [entry('Go to', 'Overview'), entry('Go to', 'Access'), entry('Do', 'Add a customer')];
  assert.deepEqual(ranked(all, '', {}), all);
});
