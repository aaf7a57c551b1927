'use client';
// One session by its id: typed in by its technician, watched by others, or over.
import { useSearchParams } from 'next/navigation';
import type { Session } from '@/shared/api/types';
import { useSession } from '@/shared/session/SessionProvider';
import { ErrorState } from '@/shared/ui/ErrorState';
import { useSessionDetail } from './api';
import { ClosedSession } from './ClosedSession';
import { LiveTerminal } from './LiveTerminal';
import { StartScreen } from './StartScreen';
import { Waiting } from './Waiting';

export function TerminalScreen() {
  const params = useSearchParams();
  const id = params.get('id');
  const asset = params.get('asset');
  if (id !== null && id !== '') return <SessionById key={id} id={id} watch={params.get('mode') === 'watch'} />;
  return <StartScreen key={`${asset} ${params.get('start')}`} assetId={asset ?? ''} credentialId={params.get('account') ?? undefined} start={params.get('start') ?? undefined} />;
}

function SessionById({ id, watch }: { id: string; watch: boolean }) {
  const { profile } = useSession();
  const query = useSessionDetail(id);
  const session: Session | undefined = query.data;
  if (session === undefined) {
    return query.isError ? <ErrorState fullPage error={query.error} onRetry={() => void query.refetch()} /> : <Waiting title="Looking for the session" />;
  }
  if (session.endedAt) return <ClosedSession session={session} />;
  return <LiveTerminal session={session} mode={!watch && session.technicianId === profile.id ? 'control' : 'watch'} />;
}
