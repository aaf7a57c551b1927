// How far a grant or an account reaches: an eye, a terminal, a bolt; always with the word.
import BoltOutlined from '@mui/icons-material/BoltOutlined';
import TerminalOutlined from '@mui/icons-material/TerminalOutlined';
import VisibilityOutlined from '@mui/icons-material/VisibilityOutlined';
import Box from '@mui/material/Box';
import type { AccessLevel } from '@/shared/api/types';
import { levelWords } from '@/shared/lib/words';

const looks = {
  read_only: { Icon: VisibilityOutlined, color: 'severity.info.text', bg: 'transparent', line: 'neutral.6' },
  full_access: { Icon: TerminalOutlined, color: 'primary.main', bg: 'accent.soft', line: 'accent.line' },
  emergency: { Icon: BoltOutlined, color: 'severity.critical.text', bg: 'severity.critical.soft', line: 'severity.critical.line' },
} as const satisfies Record<AccessLevel, unknown>;

export function LevelChip({ level }: { level: AccessLevel }) {
  const { Icon, color, bg, line } = looks[level];
  return (
    <Box
      component="span"
      sx={{
        display: 'inline-flex', alignItems: 'center', gap: '4px', height: 22, pl: '6px', pr: '8px', borderRadius: '5px', border: 1,
        borderColor: line, bgcolor: bg, color, fontSize: '0.75rem', fontWeight: 540, whiteSpace: 'nowrap', verticalAlign: 'middle',
      }}
    >
      <Icon aria-hidden sx={{ fontSize: 14 }} />
      {levelWords[level]}
    </Box>
  );
}
