'use client';
// The end of a session: why, in words that stay, and where to go from here. The screen above it can still be read.
import LoginOutlined from '@mui/icons-material/ReplayOutlined';
import PlayCircleOutlined from '@mui/icons-material/PlayCircleOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from 'next/link';
import { endOf } from '@/shared/lib/ends';
import type { EndCode } from '@/shared/api/types';
import { paths } from '@/shared/paths';
import { useSession } from '@/shared/session/SessionProvider';
import type { LinkState } from './link/state';
import { useWaysOn } from './waysOn';

/** An end that the technician did not mean to have. */
const calm: readonly EndCode[] = ['exited', 'ended_by_owner'];

interface Props {
  state: LinkState;
  own: boolean;
  onConnectAgain: () => void;
}

export function EndPanel({ state: { phase, session }, own, onConnectAgain }: Props) {
  const { profile } = useSession();
  const ways = useWaysOn(session, phase.kind === 'over' ? phase.code : null, own, phase.kind === 'over');
  if (phase.kind !== 'over' && phase.kind !== 'refused') return null;
  const code = phase.kind === 'over' ? phase.code : null;
  const { title, note } = phase.kind === 'refused' ? { title: 'You are not in this session', note: phase.message } : endOf({ code, message: phase.message, own });
  const quiet = code !== null && calm.includes(code);
  return (
    <Box
      role="alert"
      sx={{ flex: 'none', display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 6, rowGap: 3, px: { xs: 4, sm: 6 }, py: 4, bgcolor: 'background.paper', borderTop: '3px solid', borderColor: quiet ? 'neutral.6' : 'severity.critical.main' }}
    >
      <Box sx={{ flex: '1 1 320px', minWidth: 0 }}>
        <Box component="h2" sx={{ m: 0, fontSize: '1rem', fontWeight: 620 }}>{title}</Box>
        {note !== null && note !== '' && <Box sx={{ mt: 1, fontSize: '0.8125rem', color: 'text.secondary', overflowWrap: 'anywhere' }}>{note}</Box>}
      </Box>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2 }}>
        <Button component={Link} href={paths.home()} variant="outlined">{profile.role === 'technician' ? 'Back to my customers' : 'Back to the console'}</Button>
        {ways.play && <Button component={Link} href={paths.player(session.id)} prefetch={false} variant="outlined" startIcon={<PlayCircleOutlined />}>Play the recording</Button>}
        {ways.again && <Button variant="contained" startIcon={<LoginOutlined />} onClick={onConnectAgain}>Connect again</Button>}
      </Box>
    </Box>
  );
}
