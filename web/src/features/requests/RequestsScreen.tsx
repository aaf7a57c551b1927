'use client';
// Requests for access: a technician's own, or what waits for whoever decides.
import HowToRegOutlined from '@mui/icons-material/HowToRegOutlined';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import { useCommand } from '@/shared/frame/useCommand';
import { allowed, may } from '@/shared/session/can';
import { useSession } from '@/shared/session/SessionProvider';
import { DataTable } from '@/shared/table/DataTable';
import type { Column } from '@/shared/table/types';
import { useListState } from '@/shared/table/useListState';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { CustomerTag } from '@/shared/ui/CustomerTag';
import { EmptyState } from '@/shared/ui/EmptyState';
import { LevelChip } from '@/shared/ui/LevelChip';
import { PageHeader } from '@/shared/ui/PageHeader';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { useAccessRequests, type AccessRequest } from './api';
import { AskDialog } from './AskDialog';
import { RequestDrawer } from './RequestDrawer';
import { RequestState } from './RequestState';
import { missingWords } from './words';

export function RequestsScreen() {
  const { profile, isProvider } = useSession();
  const asks = profile.role === 'technician';
  const state = useListState({ filters: ['show'] });
  const { show, ...rest } = state.query;
  // Who decides comes for what waits; who asks comes for all of theirs.
  const shown = show === 'all' || show === 'pending' ? show : asks ? 'all' : 'pending';
  const query = useAccessRequests({ ...rest, ...(shown === 'pending' ? { status: 'pending' } : {}) });
  const [asking, setAsking] = useCommand('ask');
  const ask = <AllowedButton allowed={allowed(profile.can, 'access_request.create')} variant="contained" startIcon={<HowToRegOutlined />} onClick={() => setAsking(true)}>Ask for access</AllowedButton>;
  const intro = asks
    ? 'What you asked for and what became of it. Whoever decides is somebody else.'
    : isProvider
      ? 'Technicians who ask for access to a customer. Whoever asks never decides, and an approval is of exactly the terms that you saw.'
      : `Technicians who ask for access to ${profile.organization.name}.`;
  return (
    <>
      <PageHeader title="Requests for access" intro={intro} actions={asks && may(profile.can, 'access_request.create') ? ask : undefined} />
      <DataTable
        label="Requests for access"
        columns={columns(asks, isProvider)}
        rowKey={(request) => request.id}
        query={query}
        state={state}
        onOpen={(request) => state.setOpen(request.id)}
        end={
          <ToggleButtonGroup exclusive size="small" value={shown} aria-label="Which requests" onChange={(_event, next: string | null) => { if (next !== null) state.setFilter('show', next); }}>
            <ToggleButton value="pending" sx={{ px: 3, py: 1, fontSize: '0.8125rem', textTransform: 'none' }}>Waiting</ToggleButton>
            <ToggleButton value="all" sx={{ px: 3, py: 1, fontSize: '0.8125rem', textTransform: 'none' }}>All</ToggleButton>
          </ToggleButtonGroup>
        }
        empty={
          asks ? (
            <EmptyState icon={<HowToRegOutlined />} title="You asked for nothing yet" action={ask}>Name the customer and say why. You get a mail when it is decided.</EmptyState>
          ) : (
            <EmptyState icon={<HowToRegOutlined />} title="Nothing waits for a decision">When a technician asks for access, it stands here, and you get a mail.</EmptyState>
          )
        }
      />
      <RequestDrawer id={state.open} onClose={() => state.setOpen(null)} />
      {asking && may(profile.can, 'access_request.create') && <AskDialog onClose={() => setAsking(false)} />}
    </>
  );
}

function columns(asks: boolean, isProvider: boolean): Column<AccessRequest>[] {
  return [
    asks
      ? { id: 'customer', header: 'Customer', cell: (request) => <CustomerTag id={request.customerOrgId} name={request.customerOrgName} /> }
      : { id: 'technician', header: 'Technician', cell: (request) => request.technicianName },
    ...(!asks && isProvider ? [{ id: 'customer', header: 'Customer', cell: (request: AccessRequest) => <CustomerTag id={request.customerOrgId} name={request.customerOrgName} /> }] : []),
    { id: 'level', header: 'Level', cell: (request) => <LevelChip level={request.accessLevel} /> },
    { id: 'reason', header: 'Why', grow: true, cell: (request) => request.reason },
    { id: 'status', header: 'Status', phone: 'aside', cell: (request) => <RequestState status={request.status} /> },
    { id: 'needs', header: 'Waits for', from: 'md', cell: (request) => (request.status === 'pending' ? missingWords(request.needs) : '–') },
    { id: 'asked', header: 'Asked', width: 120, cell: (request) => <RelativeTime at={request.createdAt} /> },
  ];
}
