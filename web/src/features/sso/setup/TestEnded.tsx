'use client';
// The end of the window in which somebody signed in for a test: it tells the page that waits, and goes.
import CheckCircleOutlined from '@mui/icons-material/CheckCircleOutlined';
import ErrorOutlined from '@mui/icons-material/ErrorOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import Typography from '@mui/material/Typography';
import Link from 'next/link';
import { useEffect, useId } from 'react';
import { paths } from '@/shared/paths';
import { tellOtherWindows } from '@/shared/session/otherWindow';

/** Why a test came to no end of its own. */
const reasons: Record<string, string> = {
  over: 'It took too long, or was begun in another browser. Begin the test again in the set-up.',
  switched_off: 'The connection was changed or removed meanwhile. Begin the test again in the set-up.',
};

export function TestEnded({ connectionId, passed, reason }: { connectionId: string; passed: boolean; reason: string | null }) {
  const titleId = useId();
  useEffect(() => {
    document.title = `${passed ? 'Test passed' : 'Test failed'} · Sallyport`;
    tellOtherWindows({ kind: 'tested', connectionId });
    if (!passed) return;
    const timer = setTimeout(() => window.close(), 1_200);
    return () => clearTimeout(timer);
  }, [connectionId, passed]);
  const Icon = passed ? CheckCircleOutlined : ErrorOutlined;
  return (
    <Dialog open fullScreen aria-labelledby={titleId} slotProps={{ paper: { sx: { m: 0, borderRadius: 0, display: 'grid', placeItems: 'center', p: 6 } } }}>
      <Box sx={{ display: 'grid', justifyItems: 'center', gap: 3, maxWidth: 380, textAlign: 'center' }}>
        <Icon aria-hidden sx={{ fontSize: 36, color: passed ? 'ok.main' : 'severity.critical.main' }} />
        <Typography id={titleId} variant="h2" component="h1">{passed ? 'The test passed' : 'The test failed'}</Typography>
        <Typography variant="body2" color="textSecondary">{passed ? 'You were believed. The set-up shows what your provider told, and goes on there.' : (reasons[reason ?? ''] ?? 'The set-up shows what was wrong, and what to put right.')}</Typography>
        <Box sx={{ display: 'flex', flexWrap: 'wrap', justifyContent: 'center', gap: 2, mt: 2 }}>
          <Button variant="contained" onClick={() => window.close()}>Close this window</Button>
          <Button component={Link} href={paths.ssoSetup({ id: connectionId, step: 'test' })} variant="outlined">Go on here</Button>
        </Box>
      </Box>
    </Dialog>
  );
}
