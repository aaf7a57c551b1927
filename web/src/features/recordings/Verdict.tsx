// What the platform says about a recording after checking every byte of it.
import Close from '@mui/icons-material/Close';
import GppBadOutlined from '@mui/icons-material/GppBadOutlined';
import GppMaybeOutlined from '@mui/icons-material/GppMaybeOutlined';
import VerifiedOutlined from '@mui/icons-material/VerifiedOutlined';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import type { RecordingVerification } from '@/shared/api/types';

const looks = {
  good: { Icon: VerifiedOutlined, tone: 'ok', title: 'Genuine and whole' },
  short: { Icon: GppMaybeOutlined, tone: 'severity.high', title: 'Genuine, but not whole' },
  bad: { Icon: GppBadOutlined, tone: 'severity.critical', title: 'Not as it was recorded' },
} as const;

export function Verdict({ verdict: { valid, complete, failedSegment, message }, onClose }: { verdict: RecordingVerification; onClose: () => void }) {
  const { Icon, tone, title } = looks[!valid ? 'bad' : complete ? 'good' : 'short'];
  return (
    <Box role="status" sx={{ display: 'flex', alignItems: 'flex-start', gap: 3, px: 4, py: 2.5, mb: 3, borderRadius: '8px', border: 1, borderColor: `${tone}.line`, bgcolor: `${tone}.soft`, color: `${tone}.text`, fontSize: '0.8125rem' }}>
      <Icon aria-hidden sx={{ mt: '1px' }} />
      <Box sx={{ flex: 1, minWidth: 0, overflowWrap: 'anywhere' }}>
        <strong>{title}.</strong> {message}
        {!valid && failedSegment ? <Box>First wrong part: <span className="mono">{failedSegment}</span></Box> : null}
      </Box>
      <IconButton size="small" aria-label="Close the verdict" onClick={onClose} sx={{ m: '-4px', color: 'inherit' }}><Close fontSize="small" /></IconButton>
    </Box>
  );
}
