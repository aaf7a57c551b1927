// The state of a thing: a shape and a word, the colour only repeats them.
import Box from '@mui/material/Box';
import { statusWords, type Status } from '@/shared/lib/words';

export type Look = 'on' | 'waiting' | 'off' | 'warn' | 'bad';

const looks: Record<Status, Look> = {
  active: 'on',
  live: 'on',
  starting: 'waiting',
  scheduled: 'waiting',
  invited: 'waiting',
  detached: 'waiting',
  frozen: 'warn',
  suspended: 'warn',
  expired: 'off',
  ended: 'off',
  draft: 'waiting',
  off: 'off',
  disabled: 'off',
  deleted: 'off',
  revoked: 'bad',
  refused: 'bad',
};

const colors: Record<Look, { mark: string; text: string }> = {
  on: { mark: 'ok.main', text: 'text.primary' },
  waiting: { mark: 'severity.low.main', text: 'text.primary' },
  off: { mark: 'neutral.7', text: 'text.secondary' },
  warn: { mark: 'severity.high.main', text: 'severity.high.text' },
  bad: { mark: 'severity.critical.main', text: 'severity.critical.text' },
};

export function StatusChip({ status }: { status: Status }) {
  const look = looks[status];
  return (
    <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: '7px', color: colors[look].text, whiteSpace: 'nowrap' }}>
      <Mark look={look} />
      {statusWords[status]}
    </Box>
  );
}

/** The shape of a state, for a word that stands beside it. */
export function Mark({ look }: { look: Look }) {
  const color = colors[look].mark;
  const shape = {
    on: { bgcolor: color, borderRadius: '50%' },
    waiting: { border: '2px solid', borderColor: color, borderRadius: '50%' },
    off: { bgcolor: color, height: 2, borderRadius: 1 },
    warn: { bgcolor: color, borderRadius: '2px', transform: 'rotate(45deg) scale(0.86)' },
    bad: { bgcolor: color, borderRadius: '1px' },
  }[look];
  return <Box component="span" aria-hidden sx={{ flex: 'none', width: 8, height: 8, ...shape }} />;
}
