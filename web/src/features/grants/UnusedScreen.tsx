'use client';
// Access that nobody used for a while: choose what to take away, or what to propose to a super admin.
import TaskAltOutlined from '@mui/icons-material/TaskAltOutlined';
import Box from '@mui/material/Box';
import Checkbox from '@mui/material/Checkbox';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import { useState } from 'react';
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
import { useAccessSummary, useUnusedGrants, type UnusedGrant } from './api';
import { GrantDrawer } from './GrantDrawer';
import { mayRevokeMany } from './mayRevokeMany';
import { ProposeDialog } from './proposals/ProposeDialog';
import { ProposedChip } from './proposals/ProposedChip';
import { proposable } from './proposals/words';
import { RevokeManyDialog } from './RevokeManyDialog';

const spans = ['30', '60', '90'] as const;

export function UnusedScreen() {
  const { profile } = useSession();
  const state = useListState({ filters: ['days'] });
  const days = spans.find((span) => span === state.filters.days) ?? '30';
  const query = useUnusedGrants({ days, page: state.page, limit: state.limit });
  const summary = useAccessSummary();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  // What was selected when the dialog opened: the list may be read anew below it.
  const [doing, setDoing] = useState<{ act: 'revoke' | 'propose'; grantIds: string[] } | null>(null);
  const revokes = mayRevokeMany(profile.role) === true;
  const rows = query.data?.items ?? [];
  // What waits for a decision can only be revoked at once, by whoever may.
  const open = rows.filter(({ proposalId }) => revokes || proposalId == null);
  const ticked = open.filter(({ id }) => chosen.has(id));
  const begin = (act: 'revoke' | 'propose') => setDoing({ act, grantIds: ticked.map(({ id }) => id) });
  const mayRevoke = allowed(profile.can, 'grant.revoke');
  const mayPropose = allowed(profile.can, 'access_proposal.create');
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
        <Box sx={{ ml: { sm: 'auto' }, display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 3 }}>
          <Box role="status" sx={{ fontSize: '0.8125rem', color: 'text.secondary', '&:empty': { mr: -3 } }}>{ticked.length === 0 ? '' : `${plural(ticked.length, 'grant')} selected`}</Box>
          <AllowedButton allowed={mayPropose !== true ? mayPropose : proposable(ticked)} variant={revokes ? 'outlined' : 'contained'} onClick={() => begin('propose')}>Propose to revoke…</AllowedButton>
          {revokes && <AllowedButton allowed={mayRevoke !== true ? mayRevoke : ticked.length === 0 ? 'Select what nobody needs any more.' : true} variant="outlined" color="error" onClick={() => begin('revoke')}>Revoke selected…</AllowedButton>}
        </Box>
      </Box>
      <DataTable
        label={`Access unused for ${days} days`}
        columns={columns({ chosen, toggle, revokes, all: open.length > 0 && ticked.length === open.length, some: ticked.length > 0, toggleAll: () => setChosen(new Set(ticked.length === open.length ? [] : open.map(({ id }) => id))) })}
        rowKey={(row) => row.id}
        query={query}
        state={{ ...state, narrowed: false }}
        onOpen={(row) => state.setOpen(row.id)}
        empty={<EmptyState icon={<TaskAltOutlined />} title={`No access has been unused for ${days} days`}>What nobody uses is what nobody misses when it is taken away. Look again in a while.</EmptyState>}
      />
      <GrantDrawer key={state.open} id={state.open} initial={rows.find((row) => row.id === state.open)} onClose={() => state.setOpen(null)} />
      {doing?.act === 'revoke' && <RevokeManyDialog grantIds={doing.grantIds} reason={`Not used for ${days} days.`} onDone={() => setChosen(new Set())} onClose={() => setDoing(null)} />}
      {doing?.act === 'propose' && <ProposeDialog grantIds={doing.grantIds} reason={`Not used for ${days} days.`} onDone={() => setChosen(new Set())} onClose={() => setDoing(null)} />}
    </>
  );
}

interface Picking {
  chosen: ReadonlySet<string>;
  toggle: (id: string) => void;
  /** May also take what stands in a proposal. */
  revokes: boolean;
  all: boolean;
  some: boolean;
  toggleAll: () => void;
}

function columns({ chosen, toggle, revokes, all, some, toggleAll }: Picking): Column<UnusedGrant>[] {
  return [
    { id: 'technician', header: 'Technician', cell: (row) => row.technicianName },
    { id: 'customer', header: 'Customer', cell: (row) => <CustomerTag id={row.customerOrgId} name={row.customerOrgName} /> },
    { id: 'level', header: 'Level', cell: (row) => <LevelChip level={row.accessLevel} /> },
    { id: 'used', header: 'Last used', cell: (row) => <RelativeTime at={row.lastUsedAt} none="Never" /> },
    { id: 'granted', header: 'Granted', from: 'md', cell: (row) => <RelativeTime at={row.grantedAt} /> },
    { id: 'left', header: 'Time left', from: 'lg', cell: (row) => <TimeLeft until={row.expiresAt} /> },
    {
      id: 'pick', align: 'right', phone: 'aside', header: 'Select',
      head: <Checkbox size="small" checked={all} indeterminate={some && !all} onChange={toggleAll} slotProps={{ input: { 'aria-label': 'Select all of this page' } }} />,
      cell: (row) => {
        const name = `${row.technicianName} at ${row.customerOrgName}`;
        return (
          <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 2 }}>
            {row.proposalId != null && <ProposedChip id={row.proposalId} of={name} />}
            <Checkbox size="small" disabled={row.proposalId != null && !revokes} checked={chosen.has(row.id) && (revokes || row.proposalId == null)} onChange={() => toggle(row.id)} slotProps={{ input: { 'aria-label': `Select ${name}` } }} />
          </Box>
        );
      },
    },
  ];
}
