'use client';
// Access that nobody used for a while: choose what to take away. What is proposed is looked at before it is done.
import TaskAltOutlined from '@mui/icons-material/TaskAltOutlined';
import Box from '@mui/material/Box';
import Checkbox from '@mui/material/Checkbox';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import { useState } from 'react';
import type { Grant } from '@/shared/api/types';
import { plural } from '@/shared/lib/time';
import { allowed } from '@/shared/session/can';
import { useSession } from '@/shared/session/SessionProvider';
import { DataTable } from '@/shared/table/DataTable';
import type { Column } from '@/shared/table/types';
import { useListState } from '@/shared/table/useListState';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { CustomerTag } from '@/shared/ui/CustomerTag';
import { EmptyState } from '@/shared/ui/EmptyState';
import { LevelChip } from '@/shared/ui/LevelChip';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { TimeLeft } from '@/shared/ui/TimeLeft';
import { AccessHeader } from './AccessHeader';
import { useAccessSummary, useUnusedGrants } from './api';
import { GrantDrawer } from './GrantDrawer';
import { mayRevokeMany } from './mayRevokeMany';
import { RevokeManyDialog } from './RevokeManyDialog';

const spans = ['30', '60', '90'] as const;

export function UnusedScreen() {
  const { profile } = useSession();
  const state = useListState({ filters: ['days'] });
  const days = spans.find((span) => span === state.filters.days) ?? '30';
  const query = useUnusedGrants({ days, page: state.page, limit: state.limit });
  const summary = useAccessSummary();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [revoking, setRevoking] = useState(false);
  const rows = query.data?.items ?? [];
  const ids = rows.map(({ id }) => id);
  const ticked = ids.filter((id) => chosen.has(id));
  const may = allowed(profile.can, 'grant.revoke');
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const count = { '30': summary.data?.unused.days30, '60': summary.data?.unused.days60, '90': summary.data?.unused.days90 };
  return (
    <>
      <AccessHeader />
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 3, mb: 3 }}>
        <ToggleButtonGroup exclusive size="small" value={days} aria-label="Unused for" onChange={(_event, next: string | null) => { if (next !== null) { setChosen(new Set()); state.setFilter('days', next === '30' ? null : next); } }}>
          {spans.map((span) => (
            <ToggleButton key={span} value={span} sx={{ px: 3, py: 1, fontSize: '0.8125rem', textTransform: 'none', gap: 2 }}>
              {span} days {count[span] !== undefined && <Box component="span" className="tabular" sx={{ color: 'text.secondary' }}>{count[span].toLocaleString()}</Box>}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        <Box sx={{ ml: 'auto', display: 'flex', alignItems: 'center', gap: 3 }}>
          <Box role="status" sx={{ fontSize: '0.8125rem', color: 'text.secondary' }}>{ticked.length === 0 ? '' : `${plural(ticked.length, 'grant')} selected`}</Box>
          <AllowedButton
            allowed={may !== true ? may : ticked.length === 0 ? 'Select what nobody needs any more.' : mayRevokeMany(profile.role)}
            variant="outlined"
            color="error"
            onClick={() => setRevoking(true)}
          >
            Revoke selected…
          </AllowedButton>
        </Box>
      </Box>
      <DataTable
        label={`Access unused for ${days} days`}
        columns={columns(chosen, toggle, { all: ids.length > 0 && ticked.length === ids.length, some: ticked.length > 0, toggleAll: () => setChosen(new Set(ticked.length === ids.length ? [] : ids)) })}
        rowKey={(row) => row.id}
        query={query}
        state={{ ...state, narrowed: false }}
        onOpen={(row) => state.setOpen(row.id)}
        empty={<EmptyState icon={<TaskAltOutlined />} title={`All access was used within ${days} days`}>What nobody uses is what nobody misses when it is taken away. Look again in a while.</EmptyState>}
      />
      <GrantDrawer key={state.open} id={state.open} initial={rows.find((row) => row.id === state.open)} onClose={() => state.setOpen(null)} />
      {revoking && <RevokeManyDialog grantIds={ticked} reason={`Not used for ${days} days.`} onDone={() => setChosen(new Set())} onClose={() => setRevoking(false)} />}
    </>
  );
}

interface All {
  all: boolean;
  some: boolean;
  toggleAll: () => void;
}

function columns(chosen: ReadonlySet<string>, toggle: (id: string) => void, { all, some, toggleAll }: All): Column<Grant>[] {
  return [
    { id: 'technician', header: 'Technician', cell: (row) => row.technicianName },
    { id: 'customer', header: 'Customer', cell: (row) => <CustomerTag id={row.customerOrgId} name={row.customerOrgName} /> },
    { id: 'level', header: 'Level', cell: (row) => <LevelChip level={row.accessLevel} /> },
    { id: 'used', header: 'Last used', cell: (row) => <RelativeTime at={row.lastUsedAt} none="Never" /> },
    { id: 'granted', header: 'Granted', from: 'md', cell: (row) => <RelativeTime at={row.grantedAt} /> },
    { id: 'left', header: 'Time left', from: 'lg', cell: (row) => <TimeLeft until={row.expiresAt} /> },
    {
      id: 'pick', width: 60, align: 'right', phone: 'aside', header: 'Select',
      head: <Checkbox size="small" checked={all} indeterminate={some && !all} onChange={toggleAll} slotProps={{ input: { 'aria-label': 'Select all of this page' } }} />,
      cell: (row) => <Checkbox size="small" checked={chosen.has(row.id)} onChange={() => toggle(row.id)} slotProps={{ input: { 'aria-label': `Select ${row.technicianName} at ${row.customerOrgName}` } }} />,
    },
  ];
}
