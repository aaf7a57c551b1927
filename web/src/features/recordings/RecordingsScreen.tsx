'use client';
// All recordings this person may see; the search also looks into what the screens said.
import PlayCircleOutlined from '@mui/icons-material/PlayCircleOutlined';
import Box from '@mui/material/Box';
import { useCustomerOptions, useTechnicianOptions } from '@/shared/api/lookups';
import type { Recording } from '@/shared/api/types';
import { bytesWords, clockDuration } from '@/shared/lib/time';
import { paths } from '@/shared/paths';
import { useSession } from '@/shared/session/SessionProvider';
import { DataTable } from '@/shared/table/DataTable';
import type { Column } from '@/shared/table/types';
import { useListState } from '@/shared/table/useListState';
import { CustomerTag } from '@/shared/ui/CustomerTag';
import { EmptyState } from '@/shared/ui/EmptyState';
import { LevelChip } from '@/shared/ui/LevelChip';
import { PageHeader } from '@/shared/ui/PageHeader';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { useRecordings } from './api';
import { DateRange, instantsOf } from './DateRange';
import { RecordingState } from './RecordingState';

export function RecordingsScreen() {
  const { profile, isProvider } = useSession();
  const office = isProvider && profile.role !== 'technician';
  const state = useListState({ filters: ['organizationId', 'technicianId', 'assetId', 'from', 'to'] });
  const customers = useCustomerOptions(isProvider);
  const technicians = useTechnicianOptions(office);
  const query = useRecordings({ ...state.query, ...instantsOf(state.filters) });
  return (
    <>
      <PageHeader title="Recordings" intro="Every session, as it was on the screen. The search finds machines and people, and what the screens said." />
      <DataTable
        label="Recordings"
        columns={columns(isProvider, office || !isProvider)}
        rowKey={(row) => row.id}
        query={query}
        state={state}
        filters={[
          ...(isProvider ? [{ key: 'organizationId', label: 'Customer', options: customers }] : []),
          ...(office ? [{ key: 'technicianId', label: 'Technician', options: technicians }] : []),
        ]}
        searchLabel="Search names and screens"
        rowHref={(row) => paths.player(row.id, undefined, state.q)}
        end={<DateRange state={state} />}
        empty={<EmptyState icon={<PlayCircleOutlined />} title="No recordings here">{profile.role === 'technician' ? 'Recordings of your sessions at customers that you may reach appear here. What you recorded at a customer comes back when you have access to them again.' : 'Each session is recorded from its first character on. It can be played here while it goes on and after it ended.'}</EmptyState>}
      />
    </>
  );
}

function columns(across: boolean, others: boolean): Column<Recording>[] {
  return [
    { id: 'machine', header: 'Machine', cell: (row) => <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis' }} title={row.assetName}>{row.assetName}</Box> },
    ...(across ? [{ id: 'customer', header: 'Customer', cell: (row: Recording) => <CustomerTag id={row.organizationId} name={row.organizationName} /> }] : []),
    ...(others ? [{ id: 'who', header: 'Who', cell: (row: Recording) => row.technicianName }] : []),
    { id: 'account', header: 'Account', from: 'lg', phone: 'none', cell: (row) => <span className="mono">{row.username}</span> },
    { id: 'level', header: 'Level', from: 'lg', cell: (row) => <LevelChip level={row.accessLevel} /> },
    { id: 'when', header: 'When', width: 110, cell: (row) => <RelativeTime at={row.startedAt} /> },
    { id: 'length', header: 'Length', align: 'right', width: 90, phone: 'aside', cell: (row) => clockDuration(row.durationMs) },
    { id: 'size', header: 'Size', align: 'right', width: 90, from: 'xl', phone: 'none', cell: (row) => bytesWords(row.sizeBytes) },
    { id: 'state', header: 'State', width: 130, cell: (row) => <RecordingState recording={row} /> },
  ];
}
