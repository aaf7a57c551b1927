// A proposal in words: how it stands, how far it reaches, and how each of its grants stands now.
import { plural } from '@/shared/lib/time';
import type { Allowed } from '@/shared/session/can';
import type { Look } from '@/shared/ui/StatusChip';
import type { Proposal, ProposalItem } from './api';

export const proposalWords: Record<Proposal['status'], { word: string; look: Look }> = {
  pending: { word: 'Waiting', look: 'waiting' },
  approved: { word: 'Approved', look: 'on' },
  refused: { word: 'Refused', look: 'bad' },
  withdrawn: { word: 'Withdrawn', look: 'off' },
};

export type Stands = ProposalItem['stands'];

/** What an approval would make of it, and what it made of it. */
export const standsWords: Record<Stands, { word: string; approved: string; look: Look; kept: boolean }> = {
  unused: { word: 'Still unused', approved: 'Revoked', look: 'on', kept: false },
  used_since: { word: 'Used since', approved: 'Kept: used since', look: 'warn', kept: true },
  changed_since: { word: 'Changed since', approved: 'Kept: changed since', look: 'warn', kept: true },
  over: { word: 'Over already', approved: 'Over already', look: 'off', kept: true },
};

/** "12 grants of 5 technicians at 7 customers" */
export function reachWords({ grants, technicians, customers }: Pick<Proposal, 'grants' | 'technicians' | 'customers'>): string {
  return `${plural(grants, 'grant')} of ${plural(technicians, 'technician')} at ${plural(customers, 'customer')}`;
}

const order: Record<Stands, number> = { used_since: 0, changed_since: 1, over: 2, unused: 3 };

/** What is not as it was first, for that is what whoever decides looks for. */
export function inOrder(items: readonly ProposalItem[]): ProposalItem[] {
  return [...items].sort((a, b) => order[a.stands] - order[b.stands] || a.technicianName.localeCompare(b.technicianName) || a.customerOrgName.localeCompare(b.customerOrgName));
}

/** "All of them are still unused." or what an approval would keep. */
export function standWords(items: readonly ProposalItem[]): string {
  const kept = items.filter(({ stands }) => standsWords[stands].kept).length;
  if (kept === 0) return items.length === 1 ? 'It is still unused.' : `All ${items.length.toLocaleString()} are still unused.`;
  if (kept === items.length) return 'None of them is unused any more: an approval would revoke nothing. Refuse it.';
  return `${(items.length - kept).toLocaleString()} of ${items.length.toLocaleString()} are still unused. An approval keeps the other${kept === 1 ? '' : 's'}.`;
}

/** The server's limit. */
export const MANY_GRANTS = 1_000;

/** Whether what is selected can be proposed. */
export function proposable(selected: readonly { proposalId?: string | null }[]): Allowed {
  const proposed = selected.filter(({ proposalId }) => proposalId != null).length;
  if (selected.length === 0) return 'Select what nobody needs any more.';
  if (selected.length > MANY_GRANTS) return `At most ${MANY_GRANTS.toLocaleString()} grants stand in one proposal.`;
  return proposed === 0 ? true : `${proposed === selected.length ? (proposed === 1 ? 'It stands' : 'All of them stand') : `${proposed.toLocaleString()} of them ${proposed === 1 ? 'stands' : 'stand'}`} in a proposal already.`;
}
