'use client';
// The ends of a one-time link: it does not work, it was used, or it has just done its work.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import Link from 'next/link';
import { paths } from '@/shared/paths';
import { NextHeading } from './NextHeading';

export function BrokenLink({ message, again = false }: { message: string; again?: boolean }) {
  return (
    <>
      <NextHeading mb={5}>This link does not work</NextHeading>
      <Alert severity="error">{message}</Alert>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, mt: 5 }}>
        {again && <Button component={Link} href={paths.forgot()} variant="contained">Ask for a new link</Button>}
        <Button component={Link} href={paths.signIn()} variant="outlined">To the sign-in</Button>
      </Box>
    </>
  );
}

export function UsedLink() {
  return (
    <>
      <NextHeading>This link is no longer good</NextHeading>
      <Typography color="textSecondary" sx={{ mt: 1.5, mb: 6 }}>It works once. If Sallyport has been set up with it, sign in. If nobody has an account yet, start Sallyport again: it prints a new link.</Typography>
      <Button component={Link} href={paths.signIn()} variant="contained" size="large">Sign in</Button>
    </>
  );
}

export function DoorDone({ email }: { email?: string }) {
  return (
    <>
      <NextHeading>Your account is ready</NextHeading>
      <Typography color="textSecondary" sx={{ mt: 1.5, mb: 6 }}>Sign in{email === undefined ? '' : ` as ${email}`} with your new password.</Typography>
      <Button component={Link} href={paths.signIn()} variant="contained" size="large">Sign in</Button>
    </>
  );
}
