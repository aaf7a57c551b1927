// Proposals to revoke: an account manager names what nobody needs, a super admin decides. They are of the grants, and read anew
// with them.
import { useQuery, type QueryClient } from '@tanstack/react-query';
import { useAct } from '@/shared/api/act';
import { api, data, ifMatch } from '@/shared/api/client';
import { useList } from '@/shared/api/list';
import type { components } from '@/shared/api/schema';
import { changed } from '../api';
import type { Change } from '../changes';

export type Proposal = components['schemas']['RevocationProposal'];
export type ProposalDetail = components['schemas']['RevocationProposalDetail'];
export type ProposalItem = ProposalDetail['items'][number];

export function useProposals(query: Record<string, string | number>) {
  return useList('grants', '/api/access-management/proposals', query, { everyMs: 30_000 });
}

export function useProposal(id: string | null) {
  return useQuery({
    queryKey: ['grants', 'proposals', id],
    enabled: id !== null,
    queryFn: ({ signal }) => data(api.GET('/api/access-management/proposals/{proposalId}', { params: { path: { proposalId: id ?? '' } }, signal })),
  });
}

export function usePropose() {
  return useAct({
    inline: true,
    ask: (body: { grantIds: string[]; reason: string }) => data(api.POST('/api/access-management/proposals', { body })),
    renew: changed,
    // Another may have proposed or revoked one of them.
    renewRefused: true,
  });
}

/** Answers as every change of many grants does, so that it can be looked at before and undone after. */
export function approve({ id, version }: Proposal, reason: string): Change {
  return (preview) => data(api.POST('/api/access-management/proposals/{proposalId}/approve', {
    params: { path: { proposalId: id } },
    headers: ifMatch(version),
    body: { preview, ...(reason === '' ? {} : { reason }) },
  }));
}

/** What is answered is the proposal without its grants: those that are known stay in sight until they are read anew. */
function adopt(proposal: Proposal, client: QueryClient): void {
  client.setQueryData<ProposalDetail>(['grants', 'proposals', proposal.id], (known) => (known === undefined ? undefined : { ...known, ...proposal }));
}

export function useRefuseProposal({ id, version }: Proposal) {
  return useAct({
    inline: true,
    ask: (reason: string) => data(api.POST('/api/access-management/proposals/{proposalId}/refuse', { params: { path: { proposalId: id } }, headers: ifMatch(version), body: { reason } })),
    adopt,
    renew: changed,
    renewRefused: true,
  });
}

export function useWithdrawProposal({ id, version }: Proposal) {
  return useAct({
    inline: true,
    ask: () => data(api.POST('/api/access-management/proposals/{proposalId}/withdraw', { params: { path: { proposalId: id } }, headers: ifMatch(version) })),
    adopt,
    renew: changed,
    renewRefused: true,
  });
}
