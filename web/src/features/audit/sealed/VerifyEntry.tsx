'use client';
// "Verify this entry": the proof is fetched, and this page computes for itself whether it holds, and shows each step.
import VerifiedOutlined from '@mui/icons-material/VerifiedOutlined';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import NextLink from 'next/link';
import { useId } from 'react';
import { messageOf } from '@/shared/api/error';
import type { AuditEvent } from '@/shared/api/types';
import { paths } from '@/shared/paths';
import { useCheckEntry } from './api';
import { canHash } from './bytes';
import { verdictOf, type StepState } from './check';
import { CheckSteps } from './CheckSteps';

const verdicts: Record<StepState, { severity: 'success' | 'error' | 'warning'; words: string }> = {
  holds: { severity: 'success', words: 'This entry stands in the signed log, exactly as it was written.' },
  fails: { severity: 'error', words: 'This does not hold. Keep what stands here, and ask the provider before you rely on the entry.' },
  open: { severity: 'warning', words: 'Nothing contradicts it, but not all of it could be checked here.' },
};

export function VerifyEntry({ event }: { event: AuditEvent }) {
  const titleId = useId();
  const check = useCheckEntry();
  const verdict = check.data && verdicts[verdictOf(check.data.steps)];
  return (
    <Box component="section" aria-labelledby={titleId}>
      <Typography id={titleId} component="h3" sx={{ fontSize: '0.8125rem', fontWeight: 580, mb: 1 }}>Is it what was written then?</Typography>
      <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary', mb: 3, textWrap: 'pretty' }}>
        Every entry is sealed into a tree of hashes whose root is signed. This page computes the way from the entry to the root itself.
      </Box>
      {canHash() ? (
        <Button variant="outlined" startIcon={<VerifiedOutlined />} loading={check.isPending} onClick={() => check.mutate(event)}>{check.data === undefined ? 'Verify this entry' : 'Verify again'}</Button>
      ) : (
        <Alert severity="info">Browsers compute hashes only on pages that came by HTTPS. Open Sallyport by its HTTPS address to verify here.</Alert>
      )}
      {check.isError && <Alert severity="error" sx={{ mt: 3 }}>{messageOf(check.error)}</Alert>}
      {check.data !== undefined && verdict !== undefined && (
        <Box sx={{ display: 'grid', gap: 3, mt: 3, gridTemplateColumns: 'minmax(0, 1fr)' }}>
          <Alert severity={verdict.severity} role="status">{verdict.words}</Alert>
          <CheckSteps steps={check.data.steps} />
          <Box sx={{ fontSize: '0.75rem', color: 'text.secondary', textWrap: 'pretty' }}>
            The page that computed this came from the same server. Who wants to trust nobody takes the log home and <Link component={NextLink} prefetch={false} href={paths.verifyLog(event.organizationId)} underline="always">verifies it offline</Link>.
          </Box>
        </Box>
      )}
    </Box>
  );
}
