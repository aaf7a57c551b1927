'use client';
// Every change of access: who did it, when, from what to what, and why.
import ManageHistoryOutlined from '@mui/icons-material/ManageHistoryOutlined';
import Box from '@mui/material/Box';
import { useState } from 'react';
import type { AccessHistoryEntry } from '@/shared/api/types';
import { useCustomerOptions, useTechnicianOptions } from '@/shared/api/lookups';
import { historyWords, termsWords } from '@/shared/lib/changeWords';
import { hoursAgo, sinceOptions } from '@/shared/lib/since';
import { useNow } from '@/shared/lib/useNow';
import { useSession } from '@/shared/session/SessionProvider';
import { DataTable } from '@/shared/table/DataTable';
import type { Column, Filter } from '@/shared/table/types';
import { useListState } from '@/shared/table/useListState';
import { CustomerTag } from '@/shared/ui/CustomerTag';
import { DetailDrawer } from '@/shared/ui/DetailDrawer';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Fact, Facts } from '@/shared/ui/Facts';
import { Mark, type Look } from '@/shared/ui/StatusChip';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { exactTime } from '@/shared/lib/time';
import { useAccessHistory } from './api';

interface Props {
  /** Only of this customer. */
  organizationId?: string;
}

export const historyActions: Record<AccessHistoryEntry['action'], { word: string; look: Look }> = {
  create: { word: 'Granted', look: 'on' },
  update: { word: 'Changed', look: 'waiting' },
  revoke: { word: 'Revoked', look: 'bad' },
  expire: { word: 'Ended by itself', look: 'off' },
};

export function AccessHistory({ organizationId }: Props) {
  const { isProvider } = useSession();
  const across = organizationId === undefined;
  const state = useListState({ filters: [...(across ? ['organizationId'] : []), ...(isProvider ? ['technicianId'] : []), 'since'] });
  const { since, ...filters } = state.filters;
  const query = useAccessHistory({ ...filters, ...(across ? {} : { organizationId }), from: since === undefined ? undefined : hoursAgo(since), page: state.page, limit: state.limit });
  const customers = useCustomerOptions(across && isProvider);
  const technicians = useTechnicianOptions(isProvider);
  const now = useNow();
  const [open, setOpen] = useState<AccessHistoryEntry | null>(null);
  const bar: Filter[] = [
    ...(across ? [{ key: 'organizationId', label: 'Customer', options: customers }] : []),
    ...(isProvider ? [{ key: 'technicianId', label: 'Technician', options: technicians }] : []),
    { key: 'since', label: 'When', options: sinceOptions },
  ];
  return (
    <>
      <DataTable
        label="History of access"
        columns={columns(across, now)}
        rowKey={(row) => row.id}
        query={query}
        state={state}
        filters={bar}
        onOpen={setOpen}
        empty={<EmptyState icon={<ManageHistoryOutlined />} title="No access was ever changed">Each grant, change and revocation stands here, with who did it and why.</EmptyState>}
      />
      <DetailDrawer open={open != null} onClose={() => setOpen(null)} title={open == null ? '' : `${historyActions[open.action].word}: ${open.technicianName}`} subtitle={open == null ? undefined : <CustomerTag id={open.organizationId} name={open.organizationName} />}>
        {open != null && <EntryFacts entry={open} now={now} />}
      </DetailDrawer>
    </>
  );
}

function EntryFacts({ entry, now }: { entry: AccessHistoryEntry; now: number }) {
  return (
    <Facts>
      <Fact name="When">{exactTime(entry.changedAt)}</Fact>
      <Fact name="By">{entry.changedByName}</Fact>
      <Fact name="Reason">{entry.reason === '' ? '–' : entry.reason}</Fact>
      <Fact name="Before">{entry.before == null ? 'No access' : termsWords(entry.before, now)}</Fact>
      <Fact name="After">{entry.after == null ? 'No access' : termsWords(entry.after, now)}</Fact>
      {entry.notesChanged && entry.notesAfter == null && <Fact name="Notes">The provider’s own notes were changed</Fact>}
      {entry.notesBefore != null && entry.notesBefore !== '' && <Fact name="Notes before"><span style={{ whiteSpace: 'pre-wrap' }}>{entry.notesBefore}</span></Fact>}
      {entry.notesAfter != null && (entry.notesAfter !== '' || entry.notesChanged) && <Fact name="Notes after"><span style={{ whiteSpace: 'pre-wrap' }}>{entry.notesAfter === '' ? 'None' : entry.notesAfter}</span></Fact>}
      <Fact name="Grant"><span className="mono">{entry.grantId}</span></Fact>
      {entry.batchId != null && <Fact name="Together with">Other changes of the batch <span className="mono">{entry.batchId}</span></Fact>}
    </Facts>
  );
}

export function HistoryAction({ action }: { action: AccessHistoryEntry['action'] }) {
  const { word, look } = historyActions[action];
  return <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: '7px', whiteSpace: 'nowrap' }}><Mark look={look} />{word}</Box>;
}

function columns(across: boolean, now: number): Column<AccessHistoryEntry>[] {
  return [
    { id: 'technician', header: 'Technician', cell: (row) => row.technicianName },
    ...(across ? [{ id: 'customer', header: 'Customer', cell: (row: AccessHistoryEntry) => <CustomerTag id={row.organizationId} name={row.organizationName} /> }] : []),
    { id: 'action', header: 'What', phone: 'aside', cell: (row) => <HistoryAction action={row.action} /> },
    { id: 'change', header: 'Terms', grow: 58, cell: (row) => historyWords(row, now) },
    { id: 'reason', header: 'Reason', grow: 42, from: 'lg', cell: (row) => row.reason },
    { id: 'by', header: 'By', from: 'md', cell: (row) => row.changedByName },
    { id: 'when', header: 'When', width: 110, cell: (row) => <RelativeTime at={row.changedAt} /> },
  ];
}
