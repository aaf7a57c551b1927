'use client';
// The customers, with what is going on at each.
import AddBusinessOutlined from '@mui/icons-material/AddBusinessOutlined';
import BusinessOutlined from '@mui/icons-material/BusinessOutlined';
import Box from '@mui/material/Box';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { Organization } from '@/shared/api/types';
import { numberWords } from '@/shared/lib/time';
import { statusWords } from '@/shared/lib/words';
import { paths } from '@/shared/paths';
import { allowed, may } from '@/shared/session/can';
import { useSession } from '@/shared/session/SessionProvider';
import { DataTable } from '@/shared/table/DataTable';
import type { Column } from '@/shared/table/types';
import { useListState } from '@/shared/table/useListState';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { CustomerTag } from '@/shared/ui/CustomerTag';
import { EmptyState } from '@/shared/ui/EmptyState';
import { PageHeader } from '@/shared/ui/PageHeader';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { StatusChip } from '@/shared/ui/StatusChip';
import { useOrganizations } from './api';
import { RestoreOrganization } from './RestoreOrganization';

export function OrganizationsScreen() {
  const { profile } = useSession();
  const router = useRouter();
  const state = useListState({ filters: ['status'] });
  const query = useOrganizations({ ...state.query, type: 'customer' });
  const deleted = state.filters.status === 'deleted';
  const [restoring, setRestoring] = useState<Organization>();
  const statuses = ['active', 'suspended', ...(may(profile.can, 'organization.restore') ? (['deleted'] as const) : [])] as const;
  const create = (
    <AllowedButton allowed={allowed(profile.can, 'organization.create')} variant="contained" startIcon={<AddBusinessOutlined />} onClick={() => router.push(paths.onboarding())}>
      Add a customer
    </AllowedButton>
  );
  return (
    <>
      <PageHeader title="Customers" intro="Each customer is an organization with walls of its own: people, machines, credentials and recordings never cross them." />
      <DataTable
        label="Customers"
        columns={deleted ? deletedColumns(setRestoring) : columns}
        rowKey={(row) => row.id}
        query={query}
        state={state}
        filters={[{ key: 'status', label: 'Status', options: statuses.map((status) => ({ value: status, label: statusWords[status] })) }]}
        searchLabel="Search by name"
        rowHref={deleted ? undefined : (row) => paths.organization(row.id)}
        end={create}
        empty={<EmptyState icon={<BusinessOutlined />} title="No customers yet" action={create}>Add the first one, with its administrator, its machines and the technicians, in one go.</EmptyState>}
      />
      {restoring !== undefined && <RestoreOrganization organization={restoring} onClose={() => setRestoring(undefined)} />}
    </>
  );
}

const columns: Column<Organization>[] = [
  { id: 'name', header: 'Customer', cell: (row) => <CustomerTag id={row.id} name={row.name} /> },
  { id: 'status', header: 'Status', phone: 'aside', cell: (row) => <StatusChip status={row.status} /> },
  {
    id: 'live', header: 'Live sessions', align: 'right',
    cell: (row) => (row.counts.liveSessions > 0 ? <Box component="span" sx={{ color: 'ok.text', fontWeight: 600 }}>{numberWords(row.counts.liveSessions)}</Box> : <Quiet value={0} />),
  },
  { id: 'grants', header: 'Active access', align: 'right', cell: (row) => <Quiet value={row.counts.activeGrants} /> },
  { id: 'assets', header: 'Machines', align: 'right', cell: (row) => <Quiet value={row.counts.assets} /> },
  { id: 'users', header: 'People', align: 'right', phone: 'none', cell: (row) => <Quiet value={row.counts.users} /> },
  { id: 'created', header: 'Customer since', from: 'lg', phone: 'none', cell: (row) => <RelativeTime at={row.createdAt} /> },
];

/** Nothing else of them can be looked at here. */
const deletedColumns = (restore: (row: Organization) => void): Column<Organization>[] => [
  { id: 'name', header: 'Customer', cell: (row) => <CustomerTag id={row.id} name={row.name} /> },
  { id: 'status', header: 'Status', phone: 'aside', cell: (row) => <StatusChip status={row.status} /> },
  { id: 'changed', header: 'Deleted', cell: (row) => <RelativeTime at={row.updatedAt} /> },
  {
    id: 'restore', header: 'Restore', align: 'right',
    cell: (row) => <AllowedButton allowed={allowed(row.can, 'organization.restore')} size="small" variant="outlined" aria-label={`Restore… ${row.name}`} onClick={() => restore(row)}>Restore…</AllowedButton>,
  },
];

function Quiet({ value }: { value: number }) {
  return <Box component="span" sx={{ color: value === 0 ? 'text.secondary' : undefined }}>{numberWords(value)}</Box>;
}
