'use client';
// The audit: each row the sentence of what happened; the detail with policy and evidence opens beside it.
import FactCheckOutlined from '@mui/icons-material/FactCheckOutlined';
import Box from '@mui/material/Box';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useCustomerOptions, usePersonOptions } from '@/shared/api/lookups';
import type { AuditEvent } from '@/shared/api/types';
import { sinceOptions } from '@/shared/lib/since';
import { outcomeWords } from '@/shared/lib/words';
import { paths } from '@/shared/paths';
import { useSession } from '@/shared/session/SessionProvider';
import { DataTable } from '@/shared/table/DataTable';
import type { Column, Filter, FilterOption } from '@/shared/table/types';
import { useListState } from '@/shared/table/useListState';
import { CustomerTag } from '@/shared/ui/CustomerTag';
import { EmptyState } from '@/shared/ui/EmptyState';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { SeverityChip } from '@/shared/ui/SeverityChip';
import { useAuditEvents } from './api';
import { AuditDrawer } from './AuditDrawer';
import { controlOptions } from './controls';
import { eventOptions } from './events';
import { addressError, idError, logFilters, shortId, targetOptions } from './narrowing';
import { Outcome } from './Outcome';
import { betweenWords } from './spans';

interface Props {
  organization?: { id: string; name: string };
  /** Only these events (`sso.` is all of a noun): the filter by event is chosen elsewhere on the page. */
  code?: string;
}

export function AuditTable({ organization, code }: Props) {
  const { profile, isProvider } = useSession();
  const across = organization === undefined && isProvider;
  const state = useListState({ filters: logFilters.filter((key) => key !== 'code' || code === undefined) });
  const query = useAuditEvents({ ...state.query, ...(organization === undefined ? {} : { organizationId: organization.id }), ...(code === undefined ? {} : { code }) });
  const customers = useCustomerOptions(across);
  const router = useRouter();
  const rows = query.data?.items ?? [];
  const [sought, setSought] = useState('');
  const people = usePersonOptions(sought);
  const open = rows.find((event) => event.id === state.open);
  const filters: Filter[] = [
    ...(across ? [{ key: 'organizationId', label: 'Organization', options: [{ value: profile.organization.id, label: profile.organization.name }, ...customers] }] : []),
    { key: 'from', label: 'When', options: sinceOptions },
    ...(state.filters.between === undefined ? [] : [{ key: 'between', label: 'Between', options: [{ value: state.filters.between, label: betweenWords(state.filters.between) }] }]),
    { key: 'outcome', label: 'Outcome', options: (['success', 'refused', 'failed', 'attempt'] as const).map((value) => ({ value, label: outcomeWords[value] })) },
    { key: 'riskLevel', label: 'Risk', options: [{ value: 'critical', label: 'Critical' }, { value: 'high', label: 'High' }, { value: 'medium', label: 'Medium' }, { value: 'low', label: 'Low' }, { value: 'info', label: 'Info' }] },
    { key: 'actorId', label: 'Person', options: withActors(people, rows, state.filters.actorId), onFind: setSought },
    ...(code === undefined ? [{ key: 'code', label: 'Event', options: withChosen(eventOptions, state.filters.code) }] : []),
    { key: 'targetId', label: 'Target', more: true, options: targetOptions(rows, state.filters.targetId), typed: { hint: 'The id of a person, a machine, a grant or whatever else something happened to.', placeholder: '0190a2c4-…', check: idError } },
    { key: 'clientIp', label: 'Address', more: true, options: [], typed: { hint: 'All that came from it.', placeholder: '203.0.113.7', check: addressError } },
    { key: 'requestId', label: 'Request', more: true, options: state.filters.requestId === undefined ? [] : [{ value: state.filters.requestId, label: shortId(state.filters.requestId) }], typed: { hint: 'The id that stands under every refusal: all that one request left behind.', placeholder: '0190a2c4-…', check: idError } },
    { key: 'control', label: 'Control', more: true, options: withChosen(controlOptions, state.filters.control) },
    // Set from another page; the chip shows and removes it.
    ...(state.filters.sessionId === undefined ? [] : [{ key: 'sessionId', label: 'Session', options: [{ value: state.filters.sessionId, label: shortId(state.filters.sessionId) }] }]),
  ];
  return (
    <>
      <DataTable
        label="Audit events"
        columns={columns(across, profile.organization.id)}
        rowKey={(event) => event.id}
        query={query}
        state={state}
        filters={filters}
        searchLabel="Search what happened"
        onOpen={(event) => state.setOpen(event.id)}
        empty={<EmptyState dense={code !== undefined} icon={<FactCheckOutlined />} title={code === undefined ? 'Nothing has happened yet' : 'Nothing of this kind has happened yet'}>Every act and every refusal leaves an entry here, with who, what, from where and which policy decided.</EmptyState>}
      />
      <AuditDrawer
        event={open}
        onClose={() => state.setOpen(null)}
        // All of it, whatever the list is narrowed to now; the way back leads to where one was.
        onShowAll={(key, value) => router.push(paths.audit({ organizationId: isProvider ? (organization?.id ?? state.filters.organizationId) : undefined, [key]: value }))}
      />
    </>
  );
}

/** The people found, and those who stand in the rows: of another organization, or not here any more. */
function withActors(people: readonly FilterOption[], rows: readonly AuditEvent[], chosen: string | undefined): FilterOption[] {
  const all = new Map(people.map((option) => [option.value, option]));
  for (const { actor } of rows) if (actor && !all.has(actor.id)) all.set(actor.id, { value: actor.id, label: actor.name, hint: actor.email });
  if (chosen !== undefined && !all.has(chosen)) all.set(chosen, { value: chosen, label: 'one person' });
  return [...all.values()].sort((a, b) => a.label.localeCompare(b.label));
}

/** A code that stands in the address of the page may be one that this page has no words for. */
function withChosen(options: readonly FilterOption[], chosen: string | undefined): readonly FilterOption[] {
  return chosen === undefined || options.some(({ value }) => value === chosen) ? options : [...options, { value: chosen, label: chosen }];
}

function columns(across: boolean, ownId: string): Column<AuditEvent>[] {
  return [
    {
      id: 'sentence', header: 'What happened', grow: true,
      cell: (event) => (
        <Box component="span" sx={{ display: 'inline-flex', alignItems: 'baseline', gap: 3, minWidth: 0, maxWidth: '100%', fontWeight: 460 }}>
          <SeverityChip level={event.riskLevel} quiet />
          <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: { sm: 'nowrap' } }}>{event.sentence}</Box>
        </Box>
      ),
    },
    { id: 'outcome', header: 'Outcome', width: 100, phone: 'aside', cell: (event) => <Outcome outcome={event.outcome} /> },
    ...(across ? [{ id: 'organization', header: 'Organization', from: 'md' as const, cell: (event: AuditEvent) => (event.organizationId === ownId ? event.organizationName : <CustomerTag id={event.organizationId} name={event.organizationName} />) }] : []),
    { id: 'code', header: 'Event', from: 'lg', phone: 'none', cell: (event) => <Box component="span" className="mono" sx={{ color: 'text.secondary' }}>{event.code}</Box> },
    { id: 'ip', header: 'From', from: 'xl', phone: 'none', cell: (event) => <span className="mono">{event.clientIp ?? '–'}</span> },
    { id: 'when', header: 'When', width: 110, cell: (event) => <RelativeTime at={event.occurredAt} /> },
  ];
}
