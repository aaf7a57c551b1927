import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProposalItem } from './api';
import { inOrder, proposable, reachWords, standWords } from './words';

const item = (technicianName: string, stands: ProposalItem['stands']) => ({ technicianName, stands, customerOrgName: 'Kestrel Bank' }) as ProposalItem;

test('how far a proposal reaches is told in one line', () => {
  assert.equal(reachWords({ grants: 12, technicians: 5, customers: 1 }), '12 grants of 5 technicians at 1 customer');
});

test('what an approval would keep is told, and stands first', () => {
  assert.equal(standWords([item('A', 'unused')]), 'It is still unused.');
  assert.equal(standWords([item('A', 'unused'), item('B', 'unused')]), 'All 2 are still unused.');
  const mixed = [item('A', 'unused'), item('C', 'over'), item('B', 'used_since')];
  assert.equal(standWords(mixed), '1 of 3 are still unused. An approval keeps the others.');
  assert.equal(standWords([item('A', 'unused'), item('B', 'changed_since')]), '1 of 2 are still unused. An approval keeps the other.');
  assert.match(standWords([item('A', 'over')]), /^None of them is unused any more/);
  assert.deepEqual(inOrder(mixed).map(({ technicianName }) => technicianName), ['B', 'C', 'A']);
});

test('what stands in a proposal already is not proposed again', () => {
  assert.equal(proposable([{}, { proposalId: null }]), true);
  assert.match(String(proposable([])), /^Select/);
  assert.equal(proposable([{ proposalId: 'p' }]), 'It stands in a proposal already.');
  assert.equal(proposable([{ proposalId: 'p' }, { proposalId: 'q' }]), 'All of them stand in a proposal already.');
  assert.equal(proposable([{}, {}, { proposalId: 'p' }]), '1 of them stands in a proposal already.');
  assert.match(String(proposable(Array.from({ length: 1_001 }, () => ({})))), /^At most/);
});
