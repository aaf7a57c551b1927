'use client';
// The sessions that go on, as tiles, those that need a look first.
import TerminalOutlined from '@mui/icons-material/TerminalOutlined';
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import type { Session, SessionStatus } from '@/shared/api/types';
import { startOf } from '@/shared/lib/visit';
import { useSession } from '@/shared/session/SessionProvider';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { useLiveSessions } from './api';
import { LiveTile } from './LiveTile';

interface Props {
  onOpen: (session: Session) => void;
  onEnd: (session: Session) => void;
}

const urgency: Record<SessionStatus, number> = { frozen: 0, detached: 1, live: 2, starting: 3, ended: 4, refused: 5 };

function inOrder(a: Session, b: Session): number {
  const emergency = Number(b.accessLevel === 'emergency') - Number(a.accessLevel === 'emergency');
  // The age last: tiles must not swap places while one reaches for them.
  return urgency[a.status] - urgency[b.status] || emergency || startOf(a).localeCompare(startOf(b)) || a.id.localeCompare(b.id);
}

export function LiveSessions({ onOpen, onEnd }: Props) {
  const { profile } = useSession();
  const query = useLiveSessions();
  const sessions = query.data?.items;
  const mine = profile.role === 'technician';
  return (
    <Box component="section" aria-label="Live now" sx={{ mb: 8 }}>
      <Typography variant="h3" component="h2" sx={{ display: 'flex', alignItems: 'center', gap: 2, mb: 3 }}>
        Live now
        {sessions !== undefined && <Box component="span" role="status" className="tabular" sx={{ color: 'text.secondary', fontWeight: 480 }}>{query.data?.total}</Box>}
      </Typography>
      {sessions === undefined && query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {sessions?.length === 0 && (
        <Box sx={{ border: 1, borderColor: 'neutral.5', borderRadius: '8px' }}>
          <EmptyState dense icon={<TerminalOutlined />} title="Nobody is at a machine now">{mine ? 'Connect to a machine from My customers.' : 'When a technician connects, the session stands here within three seconds.'}</EmptyState>
        </Box>
      )}
      <Box component="ul" aria-busy={sessions === undefined} sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 4, gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 340px), 1fr))' }}>
        {sessions === undefined && !query.isError && [0, 1, 2].map((each) => <Skeleton key={each} component="li" variant="rounded" height={196} />)}
        {sessions?.toSorted(inOrder).map((session) => (
          <Box component="li" key={session.id} sx={{ display: 'flex', minWidth: 0 }}>
            <LiveTile session={session} own={session.technicianId === profile.id} onOpen={() => onOpen(session)} onEnd={() => onEnd(session)} />
          </Box>
        ))}
      </Box>
    </Box>
  );
}
