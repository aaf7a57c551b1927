'use client';
// Proposals to revoke what nobody uses: those that wait for a super admin, and what became of the rest.
import PendingActionsOutlined from '@mui/icons-material/PendingActionsOutlined';
import Button from '@mui/material/Button';
import Link from 'next/link';
import { plural } from '@/shared/lib/time';
import { paths } from '@/shared/paths';
import { DataTable } from '@/shared/table/DataTable';
import type { Column, Filter } from '@/shared/table/types';
import { useListState } from '@/shared/table/useListState';
import { EmptyState } from '@/shared/ui/EmptyState';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { AccessHeader } from '../AccessHeader';
import { useProposals, type Proposal } from './api';
import { ProposalDrawer } from './ProposalDrawer';
import { ProposalState } from './ProposalState';
import { proposalWords } from './words';

const filters: Filter[] = [
  { key: 'status', label: 'Status', options: (['pending', 'approved', 'refused', 'withdrawn'] as const).map((value) => ({ value, label: proposalWords[value].word })) },
];

export function ProposalsScreen() {
  const state = useListState({ filters: ['status'] });
  const query = useProposals(state.query);
  return (
    <>
      <AccessHeader />
      <DataTable
        label="Proposals to revoke"
        columns={columns}
        rowKey={(proposal) => proposal.id}
        query={query}
        state={state}
        filters={filters}
        onOpen={(proposal) => state.setOpen(proposal.id)}
        empty={
          <EmptyState icon={<PendingActionsOutlined />} title="Nothing was proposed yet" action={<Button component={Link} href={paths.unusedAccess()} prefetch={false} variant="outlined">Show unused access</Button>}>
            Select what nobody needs any more among the unused access, and propose to revoke it. A super admin decides.
          </EmptyState>
        }
      />
      <ProposalDrawer id={state.open} onClose={() => state.setOpen(null)} />
    </>
  );
}

const columns: Column<Proposal>[] = [
  { id: 'by', header: 'Proposed by', cell: (proposal) => proposal.proposedByName },
  { id: 'grants', header: 'To revoke', cell: (proposal) => plural(proposal.grants, 'grant') },
  { id: 'technicians', header: 'Technicians', align: 'right', from: 'lg', phone: 'none', cell: (proposal) => <span className="tabular">{proposal.technicians.toLocaleString()}</span> },
  { id: 'customers', header: 'Customers', align: 'right', from: 'lg', phone: 'none', cell: (proposal) => <span className="tabular">{proposal.customers.toLocaleString()}</span> },
  { id: 'reason', header: 'Why', grow: true, cell: (proposal) => proposal.reason },
  { id: 'status', header: 'Status', phone: 'aside', cell: (proposal) => <ProposalState status={proposal.status} /> },
  { id: 'decided', header: 'Decided by', from: 'lg', phone: 'none', cell: (proposal) => (proposal.status === 'approved' || proposal.status === 'refused' ? (proposal.decidedByName ?? 'Somebody') : '–') },
  { id: 'when', header: 'Proposed', width: 120, cell: (proposal) => <RelativeTime at={proposal.createdAt} /> },
];
