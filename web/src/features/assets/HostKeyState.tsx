// Whether a person has confirmed the machine's host key.
import GppMaybeOutlined from '@mui/icons-material/GppMaybeOutlined';
import VerifiedUserOutlined from '@mui/icons-material/VerifiedUserOutlined';
import Box from '@mui/material/Box';
import type { HostKey } from '@/shared/api/types';

export function HostKeyState({ hostKey }: { hostKey: HostKey | null | undefined }) {
  const confirmed = hostKey !== null && hostKey !== undefined;
  const Icon = confirmed ? VerifiedUserOutlined : GppMaybeOutlined;
  return (
    <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: '5px', color: confirmed ? 'text.secondary' : 'severity.medium.text' }}>
      <Icon aria-hidden sx={{ fontSize: 15 }} />
      {confirmed ? 'Confirmed' : 'Not confirmed'}
    </Box>
  );
}
