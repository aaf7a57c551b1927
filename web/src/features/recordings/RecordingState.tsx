// Where a recording stands: a shape and a word.
import FiberManualRecord from '@mui/icons-material/FiberManualRecord';
import ContentCutOutlined from '@mui/icons-material/ContentCutOutlined';
import DeleteOutlined from '@mui/icons-material/DeleteOutlined';
import LockOutlined from '@mui/icons-material/LockOutlined';
import Box from '@mui/material/Box';
import type { Recording, RecordingStatus } from '@/shared/api/types';

const looks = {
  recording: { Icon: FiberManualRecord, word: 'Recording', color: 'severity.critical.text', hint: 'The session goes on.' },
  sealed: { Icon: LockOutlined, word: 'Sealed', color: 'text.secondary', hint: 'Whole, and signed by the platform.' },
  interrupted: { Icon: ContentCutOutlined, word: 'Incomplete', color: 'severity.high.text', hint: 'It ends before its session did. What is there is signed.' },
  deleted: { Icon: DeleteOutlined, word: 'Deleted', color: 'text.secondary', hint: 'Its time was over.' },
} as const satisfies Record<RecordingStatus, unknown>;

export function RecordingState({ recording }: { recording: Pick<Recording, 'status' | 'incomplete'> }) {
  const { Icon, word, color, hint } = looks[recording.status === 'sealed' && recording.incomplete ? 'interrupted' : recording.status];
  return (
    <Box component="span" title={hint} sx={{ display: 'inline-flex', alignItems: 'center', gap: '6px', color, whiteSpace: 'nowrap', verticalAlign: 'middle' }}>
      <Icon aria-hidden sx={{ fontSize: 14 }} />
      {word}
    </Box>
  );
}
