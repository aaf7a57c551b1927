'use client';
// Visits as rows: person, machine, why, when, how long, how it ended.
import HowToRegOutlined from '@mui/icons-material/HowToRegOutlined';
import Box from '@mui/material/Box';
import type { Session } from '@/shared/api/types';
import { endTitle } from '@/shared/lib/ends';
import { durationWords } from '@/shared/lib/time';
import { useNow } from '@/shared/lib/useNow';
import { lengthOf, reasonOf, startOf } from '@/shared/lib/visit';
import { paths } from '@/shared/paths';
import { DataTable } from '@/shared/table/DataTable';
import type { Column } from '@/shared/table/types';
import { useListState } from '@/shared/table/useListState';
import { EmptyState } from '@/shared/ui/EmptyState';
import { LevelChip } from '@/shared/ui/LevelChip';
import { PersonAvatar } from '@/shared/ui/PersonAvatar';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { StatusChip } from '@/shared/ui/StatusChip';
import { useVisits } from './api';

interface Props {
  organization: { id: string; name: string };
}

export function VisitsTable({ organization }: Props) {
  const state = useListState({ filters: ['status'] });
  const query = useVisits({ ...state.query, organizationId: organization.id }, 15_000);
  return (
    <DataTable
      label="Visits"
      columns={columns}
      rowKey={(row) => row.id}
      query={query}
      state={state}
      filters={[{ key: 'status', label: 'Status', options: [{ value: 'live', label: 'Live now' }, { value: 'ended', label: 'Ended' }, { value: 'refused', label: 'Refused' }] }]}
      searchLabel="Search person or machine"
      rowHref={(row) => paths.session(row.id)}
      empty={<EmptyState icon={<HowToRegOutlined />} title="Nobody was here">When someone of the provider opens a session on a machine of {organization.name}, it stands here at once.</EmptyState>}
    />
  );
}

const columns: Column<Session>[] = [
  {
    id: 'who', header: 'Who',
    cell: (row) => (
      <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 2.5 }}>
        <PersonAvatar name={row.technicianName} />
        {row.technicianName}
      </Box>
    ),
  },
  { id: 'machine', header: 'Machine', cell: (row) => <>{row.assetName} <Box component="span" className="mono" sx={{ color: 'text.secondary' }}>as {row.username}</Box></> },
  { id: 'why', header: 'Why', cell: (row) => <Box component="span" title={reasonOf(row)} sx={{ color: row.reason === '' ? 'text.secondary' : undefined }}>{reasonOf(row)}</Box> },
  { id: 'level', header: 'Level', from: 'lg', cell: (row) => <LevelChip level={row.accessLevel} /> },
  { id: 'when', header: 'When', cell: (row) => <RelativeTime at={startOf(row)} /> },
  { id: 'long', header: 'How long', align: 'right', cell: (row) => <Duration session={row} /> },
  { id: 'status', header: 'Status', phone: 'aside', cell: (row) => <StatusChip status={row.status} /> },
  { id: 'end', header: 'How it ended', from: 'xl', phone: 'none', cell: (row) => (row.endedAt ? endTitle(row.endCode, row.status === 'refused') : '–') },
];

export function Duration({ session }: { session: Session }) {
  const now = useNow();
  if (session.status === 'refused') return <>–</>;
  return <>{durationWords(lengthOf(session, now))}</>;
}
