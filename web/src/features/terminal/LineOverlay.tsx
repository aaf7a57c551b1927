'use client';
// Over the greyed screen while the line is not there: what goes on, how long yet, what one can do.
import LinkOff from '@mui/icons-material/LinkOff';
import OpenInNewOff from '@mui/icons-material/TabUnselectedOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import CircularProgress from '@mui/material/CircularProgress';
import type { ReactNode } from 'react';
import { useNow } from '@/shared/lib/useNow';
import type { LinkState, Phase } from './link/state';
import type { TerminalLink } from './link/link';

interface Props {
  state: LinkState;
  link: TerminalLink | undefined;
}

export function LineOverlay({ state, link }: Props) {
  const { phase, session, mode } = state;
  switch (phase.kind) {
    case 'connecting':
      return (
        <Card busy title={mode === 'watch' ? `Joining ${session.assetName}` : `Coming to ${session.assetName}`}>
          {link === undefined ? 'Preparing the screen.' : 'Asking the gateway for the way in, then drawing the screen as it is.'}
        </Card>
      );
    case 'lost':
      return <Lost phase={phase} watching={mode === 'watch'} refusals={state.refusals} onRetry={() => link?.retryNow()} />;
    case 'elsewhere':
      return (
        <Card icon={<OpenInNewOff />} title="This shell is open in another tab" action={<Button variant="contained" autoFocus onClick={() => link?.open()}>Take it back here</Button>}>
          It can be typed in from one place at a time, and the other tab has it now.
        </Card>
      );
    case 'live':
    case 'over':
    case 'refused':
      return null;
  }
}

interface LostProps {
  phase: Extract<Phase, { kind: 'lost' }>;
  watching: boolean;
  refusals: number;
  onRetry: () => void;
}

function Lost({ phase, watching, refusals, onRetry }: LostProps) {
  const now = useNow('second');
  const left = Math.max(0, Math.ceil((phase.until - Math.max(now, phase.since)) / 1000));
  const share = Math.min(1, (left * 1000) / (phase.until - phase.since));
  return (
    <Card
      icon={
        watching ? <LinkOff /> : (
          <Box sx={{ position: 'relative', display: 'grid', placeItems: 'center', width: 56, height: 56 }}>
            <CircularProgress variant="determinate" value={100} size={56} thickness={3} aria-hidden sx={{ position: 'absolute', color: 'neutral.4' }} />
            <CircularProgress variant="determinate" value={share * 100} size={56} thickness={3} aria-label="Time left to come back" sx={{ position: 'absolute', color: 'severity.high.main' }} />
            <Box component="span" className="tabular" sx={{ fontSize: '1rem', fontWeight: 620, color: 'text.primary' }}>{left}</Box>
          </Box>
        )
      }
      title="The line is down"
      action={<Button variant="outlined" disabled={phase.nextTryAt === null} onClick={onRetry}>{phase.nextTryAt === null ? 'Trying…' : 'Try now'}</Button>}
    >
      {watching ? 'Trying to join again.' : `Whether your shell still runs is not known from here. If it does, it waits ${left} s more for this tab, then it ends.`}
      {phase.cause !== null && <Box sx={{ mt: 1.5 }}>{phase.cause}</Box>}
      {refusals > 0 && (
        <Box key={refusals} role="alert" sx={{ mt: 2, fontWeight: 560, color: 'severity.high.text' }}>What you type now is not sent.</Box>
      )}
    </Card>
  );
}

interface CardProps {
  icon?: ReactNode;
  busy?: boolean;
  title: string;
  action?: ReactNode;
  children: ReactNode;
}

function Card({ icon, busy = false, title, action, children }: CardProps) {
  return (
    <Box sx={{ position: 'absolute', inset: 0, zIndex: 5, display: 'grid', placeItems: 'center', p: 4, pointerEvents: 'none' }}>
      <Box
        role="status"
        sx={{ width: 340, maxWidth: '100%', p: 6, display: 'grid', justifyItems: 'center', gap: 3, textAlign: 'center', pointerEvents: 'auto', bgcolor: 'background.paper', border: 1, borderColor: 'neutral.5', borderRadius: '12px', boxShadow: '0 16px 48px rgb(0 0 0 / 0.35)' }}
      >
        {busy ? <CircularProgress size={28} thickness={4} aria-label="Connecting" /> : <Box aria-hidden={busy} sx={{ color: 'neutral.8', display: 'flex', '& > svg': { fontSize: 28 } }}>{icon}</Box>}
        <Box component="h2" sx={{ m: 0, fontSize: '1rem', fontWeight: 620 }}>{title}</Box>
        <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary', lineHeight: 1.55 }}>{children}</Box>
        {action}
      </Box>
    </Box>
  );
}
