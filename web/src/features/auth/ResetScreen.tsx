'use client';
// Chooses another password by a mailed link. The token comes in the fragment, which no server and no log ever sees,
// and leaves the address at once.
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import Link from 'next/link';
import { messageOf } from '@/shared/api/error';
import { paths } from '@/shared/paths';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { useAcceptReset, useReset } from './api';
import { ChoosePassword } from './ChoosePassword';
import { DoorFrame } from './DoorFrame';
import { BrokenLink } from './DoorNotes';
import { NextHeading } from './NextHeading';
import { useFragmentToken } from './useFragmentToken';

export function ResetScreen() {
  const token = useFragmentToken('Choose another password');
  const reset = useReset(token);
  const accept = useAcceptReset();
  if (accept.isSuccess) return <DoorFrame><Done /></DoorFrame>;
  return (
    <DoorFrame>
      {token === '' && <BrokenLink message="This page needs the whole link from the mail. Open the link again, or ask for a new one." again />}
      {reset.isError && <BrokenLink message={messageOf(reset.error)} again />}
      {token !== '' && !reset.isError && reset.data === undefined && <Skeleton variant="rounded" height={240} />}
      {token !== undefined && reset.data !== undefined && (
        <>
          <Typography variant="h1">Choose another password</Typography>
          <Typography color="textSecondary" sx={{ mt: 1.5, mb: 7, overflowWrap: 'anywhere' }}>
            For {reset.data.displayName}, {reset.data.email}. The link runs out <RelativeTime at={reset.data.expiresAt} ahead />, and setting the password signs you out everywhere.
          </Typography>
          <ChoosePassword about={reset.data} action="Set the password" pending={accept.isPending} error={accept.error} onChoose={(password) => accept.mutate({ token, password })} />
        </>
      )}
    </DoorFrame>
  );
}

function Done() {
  return (
    <>
      <NextHeading>Your password is set</NextHeading>
      <Typography color="textSecondary" sx={{ mt: 1.5, mb: 6 }}>You were signed out everywhere. Sign in with the new password.</Typography>
      <Button component={Link} href={paths.signIn()} variant="contained" size="large">Sign in</Button>
    </>
  );
}
