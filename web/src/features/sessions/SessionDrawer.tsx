'use client';
// One session in full: who, where, why, how long, how it ended, and the ways to it.
import PlayCircleOutlined from '@mui/icons-material/PlayCircleOutlined';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import Link from 'next/link';
import type { Session } from '@/shared/api/types';
import { endOfSession } from '@/shared/lib/ends';
import { durationWords, plural } from '@/shared/lib/time';
import { useNow } from '@/shared/lib/useNow';
import { lengthOf, reasonOf, startOf } from '@/shared/lib/visit';
import { paths } from '@/shared/paths';
import { allowed, may } from '@/shared/session/can';
import { useSession } from '@/shared/session/SessionProvider';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { CustomerTag } from '@/shared/ui/CustomerTag';
import { DetailDrawer } from '@/shared/ui/DetailDrawer';
import { ErrorState } from '@/shared/ui/ErrorState';
import { Fact, Facts } from '@/shared/ui/Facts';
import { LevelChip } from '@/shared/ui/LevelChip';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { StatusChip } from '@/shared/ui/StatusChip';
import { TimeLeft } from '@/shared/ui/TimeLeft';
import { useSessionById } from './api';
import { TileActions } from './LiveTile';

interface Props {
  id: string | null;
  onClose: () => void;
  onEnd: (session: Session) => void;
}

export function SessionDrawer({ id, onClose, onEnd }: Props) {
  const query = useSessionById(id);
  const session = query.data;
  return (
    <DetailDrawer
      open={id !== null}
      onClose={onClose}
      title={session?.assetName ?? <Skeleton width={180} />}
      subtitle={session === undefined ? undefined : <CustomerTag id={session.organizationId} name={session.organizationName} link />}
      actions={session === undefined ? undefined : <Actions session={session} onEnd={() => onEnd(session)} />}
    >
      {session === undefined && query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {session !== undefined && <SessionFacts session={session} />}
    </DetailDrawer>
  );
}

function SessionFacts({ session }: { session: Session }) {
  const now = useNow('second');
  const { profile } = useSession();
  const over = Boolean(session.endedAt);
  const end = endOfSession(session, session.technicianId === profile.id);
  return (
    <Box sx={{ display: 'grid', gap: 5 }}>
      {session.status === 'refused' && <Alert severity="error"><strong>{end.title}.</strong> {end.note}</Alert>}
      <Facts>
        <Fact name="Status"><StatusChip status={session.status} /></Fact>
        <Fact name="Technician">{session.technicianName}<Box sx={{ color: 'text.secondary', fontSize: '0.75rem' }}>{session.technicianEmail}</Box></Fact>
        <Fact name="Account"><span className="mono">{session.username}</span></Fact>
        <Fact name="Level"><LevelChip level={session.accessLevel} /></Fact>
        <Fact name="Reason"><Box component="span" sx={{ whiteSpace: 'pre-wrap', color: session.reason === '' ? 'text.secondary' : undefined }}>{reasonOf(session)}</Box></Fact>
        <Fact name="From"><span className="mono">{session.clientIp}</span></Fact>
        <Fact name="Began"><RelativeTime at={startOf(session)} /></Fact>
        {session.status !== 'refused' && <Fact name={over ? 'Lasted' : 'Running for'}>{durationWords(lengthOf(session, now))}</Fact>}
        {over ? (
          <>
            <Fact name="Ended"><RelativeTime at={session.endedAt} /></Fact>
            {session.status !== 'refused' && <Fact name="Because">{end.title}{end.note !== null && <Box sx={{ color: 'text.secondary' }}>{end.note}</Box>}</Fact>}
          </>
        ) : (
          <>
            <Fact name="Must end"><TimeLeft until={session.mustEndAt} /></Fact>
            <Fact name="Ends if idle">After {plural(session.idleMinutes, 'minute')}</Fact>
            <Fact name="Watching">{session.viewers.length === 0 ? 'Nobody' : session.viewers.map((viewer) => viewer.name).join(', ')}</Fact>
          </>
        )}
      </Facts>
    </Box>
  );
}

function Actions({ session, onEnd }: { session: Session; onEnd: () => void }) {
  const { profile } = useSession();
  const mayPlay = allowed(session.can, 'recording.play');
  return (
    <>
      {!session.endedAt && <TileActions session={session} own={session.technicianId === profile.id} onEnd={onEnd} />}
      {session.endedAt && session.status !== 'refused' && (
        mayPlay === true ? (
          <Button component={Link} href={paths.player(session.id)} prefetch={false} variant="contained" startIcon={<PlayCircleOutlined />}>Play the recording</Button>
        ) : (
          <AllowedButton allowed={mayPlay} variant="outlined" startIcon={<PlayCircleOutlined />}>Play the recording</AllowedButton>
        )
      )}
      {may(profile.can, 'audit.read') && <Button component={Link} href={paths.audit({ sessionId: session.id })} prefetch={false} variant="outlined" sx={{ ml: 'auto' }}>What happened in it</Button>}
    </>
  );
}
