'use client';
// Who is at which machine now, and who was.
import { useState } from 'react';
import type { Session } from '@/shared/api/types';
import { useListState } from '@/shared/table/useListState';
import { useSession } from '@/shared/session/SessionProvider';
import { EndSessionDialog } from '@/shared/ui/EndSessionDialog';
import { PageHeader } from '@/shared/ui/PageHeader';
import { History } from './History';
import { LiveSessions } from './LiveSessions';
import { SessionDrawer } from './SessionDrawer';

export function SessionsScreen() {
  const { profile, isProvider } = useSession();
  const state = useListState({ filters: ['organizationId', 'technicianId', 'assetId', 'status'] });
  const [ending, setEnding] = useState<Session | null>(null);
  const mine = profile.role === 'technician';
  return (
    <>
      <PageHeader
        title={mine ? 'Sessions' : 'Live sessions'}
        intro={mine ? 'The shells that you have open, and those you had. Every one is recorded.' : isProvider ? 'Who is at which customer’s machine now, and who was.' : `Who of the provider is at a machine of ${profile.organization.name} now, and who was.`}
      />
      <LiveSessions onOpen={(session) => state.setOpen(session.id)} onEnd={setEnding} />
      <History state={state} />
      <SessionDrawer id={state.open} onClose={() => state.setOpen(null)} onEnd={setEnding} />
      {ending !== null && <EndSessionDialog session={ending} onClose={() => setEnding(null)} />}
    </>
  );
}
