'use client';
// Emergency access: what goes on, what waits for its review, and what came of the rest.
import BoltOutlined from '@mui/icons-material/BoltOutlined';
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
import { PageHeader } from '@/shared/ui/PageHeader';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { ActiveNow } from './ActiveNow';
import { useEmergencies, type Emergency } from './api';
import { EmergencyDrawer } from './EmergencyDrawer';
import { EmergencyState, NextStep } from './EmergencyState';
import { StartDialog } from './StartDialog';

const shows = [{ value: 'all', label: 'All' }, { value: 'awaiting_review', label: 'Awaiting review' }, { value: 'reviewed', label: 'Reviewed' }] as const;

export function EmergencyScreen() {
  const { profile, isProvider } = useSession();
  const own = profile.role === 'technician';
  const told = !isProvider || profile.role === 'super_admin';
  const state = useListState({ filters: ['show'] });
  const { show, ...rest } = state.query;
  const shown = shows.find(({ value }) => value === show)?.value ?? 'all';
  const query = useEmergencies({ ...rest, ...(shown === 'all' ? {} : { status: shown }) });
  const active = useEmergencies({ status: 'active', limit: 50 });
  const [starting, setStarting] = useCommand('start');
  const start = may(profile.can, 'emergency.start') && <AllowedButton allowed={allowed(profile.can, 'emergency.start')} variant="contained" color="error" startIcon={<BoltOutlined />} onClick={() => setStarting(true)}>Start emergency access</AllowedButton>;
  const intro = own
    ? 'For when waiting does harm: an hour at most, told to everybody at once, and reviewed by somebody else.'
    : isProvider
      ? 'An hour at most, told to everybody at once, and reviewed within 24 hours by somebody who neither held nor started it.'
      : `When a technician came to ${profile.organization.name} without waiting: why, for how long, and what the review of it found.`;
  return (
    <>
      <PageHeader title="Emergency access" intro={intro} actions={start} />
      <ActiveNow list={active.data?.items ?? []} onOpen={state.setOpen} />
      <DataTable
        label="Emergency access"
        columns={columns(own, isProvider)}
        rowKey={(emergency) => emergency.id}
        query={query}
        state={state}
        onOpen={(emergency) => state.setOpen(emergency.id)}
        end={
          <ToggleButtonGroup exclusive size="small" value={shown} aria-label="Which emergency access" onChange={(_event, next: string | null) => { if (next !== null) state.setFilter('show', next === 'all' ? null : next); }}>
            {shows.map(({ value, label }) => <ToggleButton key={value} value={value} sx={{ px: 3, py: 1, fontSize: '0.8125rem', textTransform: 'none', whiteSpace: 'nowrap' }}>{label}</ToggleButton>)}
          </ToggleButtonGroup>
        }
        empty={
          <EmptyState icon={<BoltOutlined />} title={isProvider ? 'No emergency access yet' : 'Nobody used emergency access here'}>
            {own ? 'Each time you start it, it stands here until somebody has reviewed it, and after.' : `Each time somebody uses it, it stands here with its reason and its review${told ? ', and you get a mail at once' : ''}.`}
          </EmptyState>
        }
      />
      <EmergencyDrawer id={state.open} onClose={() => state.setOpen(null)} />
      {starting && may(profile.can, 'emergency.start') && <StartDialog onClose={() => setStarting(false)} />}
    </>
  );
}

function columns(own: boolean, isProvider: boolean): Column<Emergency>[] {
  return [
    own
      ? { id: 'customer', header: 'Customer', cell: (emergency) => <CustomerTag id={emergency.customerOrgId} name={emergency.customerOrgName} /> }
      : { id: 'technician', header: 'Technician', cell: (emergency) => emergency.technicianName },
    ...(!own && isProvider ? [{ id: 'customer', header: 'Customer', cell: (emergency: Emergency) => <CustomerTag id={emergency.customerOrgId} name={emergency.customerOrgName} /> }] : []),
    { id: 'reason', header: 'What happened', grow: true, cell: (emergency) => emergency.reason },
    { id: 'status', header: 'Status', phone: 'aside', cell: (emergency) => <EmergencyState emergency={emergency} /> },
    { id: 'next', header: 'Next', cell: (emergency) => <NextStep emergency={emergency} /> },
    { id: 'sessions', header: 'Sessions', align: 'right', from: 'md', phone: 'none', cell: (emergency) => <span className="tabular">{emergency.sessions}</span> },
    { id: 'told', header: 'Told', align: 'right', from: 'lg', phone: 'none', cell: (emergency) => <span className="tabular">{emergency.toldCount}</span> },
    { id: 'started', header: 'Started', width: 120, cell: (emergency) => <RelativeTime at={emergency.startedAt} /> },
  ];
}
