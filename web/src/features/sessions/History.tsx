'use client';
// All sessions, newest first; a row opens its detail.
import HistoryOutlined from '@mui/icons-material/HistoryOutlined';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useCustomerOptions, useTechnicianOptions } from '@/shared/api/lookups';
import type { Session } from '@/shared/api/types';
import { endOfSession } from '@/shared/lib/ends';
import { durationWords } from '@/shared/lib/time';
import { useNow } from '@/shared/lib/useNow';
import { lengthOf, startOf } from '@/shared/lib/visit';
import { useSession } from '@/shared/session/SessionProvider';
import { DataTable } from '@/shared/table/DataTable';
import type { Column, Filter } from '@/shared/table/types';
import type { ListState } from '@/shared/table/useListState';
import { CustomerTag } from '@/shared/ui/CustomerTag';
import { EmptyState } from '@/shared/ui/EmptyState';
import { LevelChip } from '@/shared/ui/LevelChip';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { StatusChip } from '@/shared/ui/StatusChip';
import { useSessions } from './api';

export function History({ state }: { state: ListState }) {
  const { profile, isProvider } = useSession();
  const office = isProvider && profile.role !== 'technician';
  const customers = useCustomerOptions(isProvider);
  const technicians = useTechnicianOptions(office);
  const query = useSessions(state.query);
  const machine = state.filters.assetId;
  const filters: Filter[] = [
    ...(isProvider ? [{ key: 'organizationId', label: 'Customer', options: customers }] : []),
    ...(office ? [{ key: 'technicianId', label: 'Technician', options: technicians }] : []),
    { key: 'status', label: 'Status', options: [{ value: 'live', label: 'Live now' }, { value: 'ended', label: 'Ended' }, { value: 'refused', label: 'Refused' }] },
    // Set from a machine's page; the chip shows and removes it.
    ...(machine === undefined ? [] : [{ key: 'assetId', label: 'Machine', options: [{ value: machine, label: query.data?.items.find((row) => row.assetId === machine)?.assetName ?? 'one machine' }] }]),
  ];
  return (
    <Box component="section" aria-label="All sessions">
      <Typography variant="h3" component="h2" sx={{ mb: 3 }}>All sessions</Typography>
      <DataTable
        label="Sessions"
        columns={columns(isProvider, !office && isProvider)}
        rowKey={(row) => row.id}
        query={query}
        state={state}
        filters={filters}
        searchLabel="Search machine, person, customer"
        onOpen={(row) => state.setOpen(row.id)}
        empty={<EmptyState icon={<HistoryOutlined />} title="No session yet">{profile.role === 'technician' ? 'Your sessions at customers that you may reach stand here, with their reason, their length and how they ended.' : 'Each visit to a machine stands here, with its reason, its length and how it ended.'}</EmptyState>}
      />
    </Box>
  );
}

function columns(across: boolean, mine: boolean): Column<Session>[] {
  return [
    { id: 'machine', header: 'Machine', cell: (row) => <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis' }} title={row.assetName}>{row.assetName}</Box> },
    ...(across ? [{ id: 'customer', header: 'Customer', cell: (row: Session) => <CustomerTag id={row.organizationId} name={row.organizationName} /> }] : []),
    ...(mine ? [] : [{ id: 'who', header: 'Who', cell: (row: Session) => row.technicianName }]),
    { id: 'account', header: 'Account', from: 'xl', phone: 'none', cell: (row) => <span className="mono">{row.username}</span> },
    { id: 'level', header: 'Level', from: 'xl', cell: (row) => <LevelChip level={row.accessLevel} /> },
    { id: 'when', header: 'When', width: 110, cell: (row) => <RelativeTime at={startOf(row)} /> },
    { id: 'long', header: 'How long', align: 'right', width: 100, cell: (row) => <Length session={row} /> },
    { id: 'status', header: 'Status', width: 110, phone: 'aside', cell: (row) => <StatusChip status={row.status} /> },
    { id: 'end', header: 'How it ended', from: 'lg', grow: true, cell: (row) => <Ending session={row} /> },
  ];
}

function Length({ session }: { session: Session }) {
  const now = useNow();
  return <>{session.status === 'refused' ? '–' : durationWords(lengthOf(session, now))}</>;
}

function Ending({ session }: { session: Session }) {
  const { profile } = useSession();
  if (!session.endedAt) return <>–</>;
  const { title, note } = endOfSession(session, session.technicianId === profile.id);
  return <Box component="span" title={note ?? undefined}>{title}</Box>;
}
