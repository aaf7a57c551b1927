'use client';
// A link to a session that is over: why it ended, and what is left of it.
import Link from 'next/link';
import StopCircleOutlined from '@mui/icons-material/StopCircleOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import type { Session } from '@/shared/api/types';
import { endOfSession } from '@/shared/lib/ends';
import { durationWords } from '@/shared/lib/time';
import { lengthOf } from '@/shared/lib/visit';
import { paths } from '@/shared/paths';
import { useSession } from '@/shared/session/SessionProvider';
import { CustomerTag } from '@/shared/ui/CustomerTag';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { Waiting } from './Waiting';
import { useWaysOn } from './waysOn';

export function ClosedSession({ session }: { session: Session }) {
  const { profile } = useSession();
  const own = session.technicianId === profile.id;
  const { title, note } = endOfSession(session, own);
  const ways = useWaysOn(session, null, own, true);
  return (
    <Waiting busy={false} icon={<StopCircleOutlined sx={{ fontSize: 30, color: 'neutral.7' }} />} title={title}>
      {note !== null && <Box sx={{ fontSize: '0.875rem', overflowWrap: 'anywhere' }}>{note}</Box>}
      <Box sx={{ display: 'flex', flexWrap: 'wrap', justifyContent: 'center', alignItems: 'center', gap: 2, fontSize: '0.8125rem', color: 'text.secondary' }}>
        <CustomerTag id={session.organizationId} name={session.organizationName} />
        <span>{session.assetName} as <span className="mono">{session.username}</span></span>
        <span>{session.status === 'refused' ? 'Refused' : `Lasted ${durationWords(lengthOf(session, 0))}, ended`} <RelativeTime at={session.endedAt} /></span>
      </Box>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', justifyContent: 'center', gap: 2, mt: 3 }}>
        <Button component={Link} href={paths.home()} variant="outlined">{profile.role === 'technician' ? 'Back to my customers' : 'Back to the console'}</Button>
        {ways.play && <Button component={Link} href={paths.player(session.id)} prefetch={false} variant="outlined">Play the recording</Button>}
        {ways.again && <Button component={Link} href={paths.connect(session.assetId)} prefetch={false} variant="contained">Connect again</Button>}
      </Box>
    </Waiting>
  );
}
