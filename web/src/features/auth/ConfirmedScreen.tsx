'use client';
// The end of a window in which somebody confirmed at an identity provider who they are: it tells the page that waits, and goes.
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useSearchParams } from 'next/navigation';
import { useEffect } from 'react';
import { tellOtherWindows } from '@/shared/session/otherWindow';
import { DoorFrame } from './DoorFrame';
import { DoorNotice } from './DoorNotice';
import { ssoRefusal } from './ssoRefusals';

export function ConfirmedScreen() {
  const refused = useSearchParams().get('sso');
  useEffect(() => {
    document.title = `${refused === null ? 'Confirmed' : 'Not confirmed'} · Sallyport`;
    tellOtherWindows({ kind: 'confirmed', refused });
    if (refused !== null) return;
    const timer = setTimeout(() => window.close(), 600);
    return () => clearTimeout(timer);
  }, [refused]);
  return (
    <DoorFrame>
      <Typography variant="h1" sx={{ mb: 3 }}>{refused === null ? 'You are confirmed' : 'You are not confirmed'}</Typography>
      <DoorNotice notice={refused === null ? undefined : ssoRefusal(refused)} />
      <Typography color="textSecondary" sx={{ mt: 3, mb: 6 }}>{refused === null ? 'What you were about to do goes on in the other window.' : 'Go back to the other window and try again.'}</Typography>
      <Button variant="outlined" size="large" onClick={() => window.close()}>Close this window</Button>
    </DoorFrame>
  );
}
