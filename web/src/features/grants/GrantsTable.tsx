'use client';
// Who may go where: technicians' access to customers, of one customer or of all.
import AddModeratorOutlined from '@mui/icons-material/AddModeratorOutlined';
import KeyOutlined from '@mui/icons-material/KeyOutlined';
import { useCustomerOptions, useTechnicianOptions } from '@/shared/api/lookups';
import type { Grant, Can } from '@/shared/api/types';
import { useCommand } from '@/shared/frame/useCommand';
import { levelWords, statusWords } from '@/shared/lib/words';
import { allowed } from '@/shared/session/can';
import { useSession } from '@/shared/session/SessionProvider';
import { DataTable } from '@/shared/table/DataTable';
import type { Column, Filter } from '@/shared/table/types';
import { useListState } from '@/shared/table/useListState';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { CustomerTag } from '@/shared/ui/CustomerTag';
import { EmptyState } from '@/shared/ui/EmptyState';
import { GrantStatus } from '@/shared/ui/GrantStatus';
import { LevelChip } from '@/shared/ui/LevelChip';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { TimeLeft } from '@/shared/ui/TimeLeft';
import { useGrants } from './api';
import { GrantDialog } from './GrantDialog';
import { GrantDrawer } from './GrantDrawer';

interface Props {
  /** Only access to this customer. */
  organization?: { id: string; name: string; can: Can };
}

export function GrantsTable({ organization }: Props) {
  const { profile, isProvider } = useSession();
  const across = organization === undefined;
  const state = useListState({ sort: 'grantedAt', order: 'desc', filters: [...(across ? ['organizationId'] : []), 'technicianId', 'accessLevel', 'status'] });
  const query = useGrants({ ...state.query, ...(across ? {} : { organizationId: organization.id }) });
  const customers = useCustomerOptions(across && isProvider);
  const technicians = useTechnicianOptions(isProvider);
  const [granting, setGranting] = useCommand('grant');
  const mayGrant = allowed((organization ?? profile).can, 'grant.create');
  const grant = (
    <AllowedButton allowed={mayGrant} variant="contained" startIcon={<AddModeratorOutlined />} onClick={() => setGranting(true)}>
      Grant access
    </AllowedButton>
  );
  const filters: Filter[] = [
    ...(across ? [{ key: 'organizationId', label: 'Customer', options: customers }] : []),
    { key: 'technicianId', label: 'Technician', options: technicians },
    { key: 'accessLevel', label: 'Level', options: (['read_only', 'full_access', 'emergency'] as const).map((level) => ({ value: level, label: levelWords[level] })) },
    { key: 'status', label: 'Status', options: (['active', 'scheduled', 'expired', 'revoked'] as const).map((status) => ({ value: status, label: statusWords[status] })) },
  ];
  return (
    <>
      <DataTable
        label="Technicians’ access"
        columns={columns(across)}
        rowKey={(row) => row.id}
        query={query}
        state={state}
        filters={filters}
        searchLabel="Search names and reasons"
        onOpen={(row) => state.setOpen(row.id)}
        end={isProvider ? grant : undefined}
        empty={
          <EmptyState icon={<KeyOutlined />} title="No technician has access" action={isProvider ? grant : undefined}>
            Until someone is granted access, nobody can open a session {across ? 'on any customer’s machines' : `on the machines of ${organization.name}`}.
          </EmptyState>
        }
      />
      <GrantDrawer key={state.open} id={state.open} initial={query.data?.items.find((row) => row.id === state.open)} onClose={() => state.setOpen(null)} />
      {granting && mayGrant === true && <GrantDialog organization={organization} onClose={() => setGranting(false)} />}
    </>
  );
}

function columns(across: boolean): Column<Grant>[] {
  return [
    { id: 'technician', header: 'Technician', sort: 'technicianName', cell: (row) => row.technicianName },
    ...(across ? [{ id: 'customer', header: 'Customer', sort: 'customerOrgName', cell: (row: Grant) => <CustomerTag id={row.customerOrgId} name={row.customerOrgName} link /> }] : []),
    { id: 'level', header: 'Level', sort: 'accessLevel', cell: (row) => <LevelChip level={row.accessLevel} /> },
    { id: 'status', header: 'Status', sort: 'status', phone: 'aside', cell: (row) => <GrantStatus grant={row} /> },
    { id: 'left', header: 'Time left', sort: 'expiresAt', cell: (row) => (row.status === 'active' || row.status === 'scheduled' ? <TimeLeft until={row.expiresAt} /> : '–') },
    { id: 'used', header: 'Last used', sort: 'lastUsedAt', from: 'lg', cell: (row) => <RelativeTime at={row.lastUsedAt} none="Never" /> },
    { id: 'reason', header: 'Reason', from: 'xl', cell: (row) => row.reason },
  ];
}
