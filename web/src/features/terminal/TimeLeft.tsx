'use client';
// How long this session may still last, counting: by the grant or by the customer's limit, whichever is first.
import TimerOutlined from '@mui/icons-material/TimerOutlined';
import Box from '@mui/material/Box';
import Tooltip from '@mui/material/Tooltip';
import type { Session } from '@/shared/api/types';
import { clockDuration, clockTime, durationWords } from '@/shared/lib/time';
import { useNow } from '@/shared/lib/useNow';

const DAY_MS = 86_400_000;
const SOON_MS = 5 * 60_000;

export function TimeLeft({ session }: { session: Session }) {
  const now = useNow('second');
  const limits = [
    { at: session.grantClosesAt, why: session.grantClosesAt === session.grantExpiresAt ? 'Your access to this customer ends then.' : 'The hours of your access to this customer are over then.' },
    { at: session.mustEndAt, why: `${session.organizationName} lets a session last no longer.` },
  ].flatMap(({ at, why }) => (at ? [{ at, ms: new Date(at).getTime() - now, why }] : []));
  const nearest = limits.sort((a, b) => a.ms - b.ms)[0];
  if (nearest === undefined) return null;
  const { at, ms, why } = nearest;
  const left = Math.max(0, ms);
  const text = left >= DAY_MS ? durationWords(left) : clockDuration(left);
  return (
    <Tooltip title={`Ends at ${clockTime(at)}. ${why}`}>
      <Box
        component="span"
        role="timer"
        aria-label={`${durationWords(left)} left`}
        tabIndex={0}
        sx={{ display: 'inline-flex', alignItems: 'center', gap: '5px', flex: 'none', fontSize: '0.75rem', borderRadius: '4px', color: left < SOON_MS ? 'severity.high.text' : 'text.secondary', fontWeight: left < SOON_MS ? 620 : 480 }}
      >
        <TimerOutlined aria-hidden sx={{ fontSize: 14 }} />
        <span className="tabular">{text}</span>
        <Box component="span" sx={{ display: { xs: 'none', sm: 'inline' } }}>left</Box>
      </Box>
    </Tooltip>
  );
}
