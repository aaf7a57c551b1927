'use client';
// The end of a session: why, in words that stay, and where to go from here. The screen above it can still be read.
import LoginOutlined from '@mui/icons-material/ReplayOutlined';
import PlayCircleOutlined from '@mui/icons-material/PlayCircleOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from 'next/link';
import { endWords } from '@/shared/lib/words';
import type { EndCode } from '@/shared/api/types';
import { paths } from '@/shared/paths';
import { useSession } from '@/shared/session/SessionProvider';
import type { LinkState } from './link/state';

/** An end that the technician did not mean to have. */
const calm: readonly EndCode[] = ['exited', 'ended_by_owner'];

interface Props {
  state: LinkState;
  onConnectAgain: (() => void) | undefined;
}

export function EndPanel({ state: { phase, session }, onConnectAgain }: Props) {
  const { profile } = useSession();
  if (phase.kind !== 'over' && phase.kind !== 'refused') return null;
  const code = phase.kind === 'over' ? phase.code : null;
  const title = phase.kind === 'refused' ? 'You are not in this session' : code === null ? 'The session is over' : endWords[code];
  const quiet = code !== null && calm.includes(code);
  const played = phase.kind === 'over';
  return (
    <Box
      role="alert"
      sx={{ flex: 'none', display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 6, rowGap: 3, px: { xs: 4, sm: 6 }, py: 4, bgcolor: 'background.paper', borderTop: '3px solid', borderColor: quiet ? 'neutral.6' : 'severity.critical.main' }}
    >
      <Box sx={{ flex: '1 1 320px', minWidth: 0 }}>
        <Box component="h2" sx={{ m: 0, fontSize: '1rem', fontWeight: 620 }}>{title}</Box>
        {phase.message !== '' && phase.message !== title && <Box sx={{ mt: 1, fontSize: '0.8125rem', color: 'text.secondary', overflowWrap: 'anywhere' }}>{phase.message}</Box>}
      </Box>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2 }}>
        <Button component={Link} href={paths.home()} variant="outlined">{profile.role === 'technician' ? 'Back to my customers' : 'Back to the console'}</Button>
        {played && <Button component={Link} href={paths.player(session.id)} prefetch={false} variant="outlined" startIcon={<PlayCircleOutlined />}>Play the recording</Button>}
        {onConnectAgain !== undefined && <Button variant="contained" startIcon={<LoginOutlined />} onClick={onConnectAgain}>Connect again</Button>}
      </Box>
    </Box>
  );
}
