// On a line whose grant stands in a proposal that waits: says so, and opens it.
import PendingActionsOutlined from '@mui/icons-material/PendingActionsOutlined';
import Box from '@mui/material/Box';
import Link from 'next/link';
import { paths } from '@/shared/paths';

export function ProposedChip({ id, of }: { id: string; of: string }) {
  return (
    <Box
      component={Link}
      href={paths.proposals({ open: id })}
      prefetch={false}
      aria-label={`Proposed to be revoked: ${of}. Open the proposal`}
      sx={{
        display: 'inline-flex', alignItems: 'center', gap: '4px', height: 22, pl: '6px', pr: '8px', borderRadius: '5px', border: 1, borderColor: 'accent.line', bgcolor: 'accent.soft', color: 'text.primary',
        fontSize: '0.75rem', fontWeight: 540, whiteSpace: 'nowrap', textDecoration: 'none', verticalAlign: 'middle', '&:hover': { textDecoration: 'underline' },
      }}
    >
      <PendingActionsOutlined aria-hidden sx={{ fontSize: 14 }} />
      Proposed
    </Box>
  );
}
