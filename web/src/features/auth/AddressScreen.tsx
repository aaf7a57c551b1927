'use client';
// The end of a change of address: the mailed link leads here. One presses a button, so that nothing that only follows links
// makes the change.
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import Link from 'next/link';
import { messageOf } from '@/shared/api/error';
import { paths } from '@/shared/paths';
import { isUsed, useConfirmAddressChange } from './api';
import { DoorFrame } from './DoorFrame';
import { BrokenLink } from './DoorNotes';
import { NextHeading } from './NextHeading';
import { useFragmentToken } from './useFragmentToken';

export function AddressScreen() {
  const token = useFragmentToken('Confirm your address');
  const confirm = useConfirmAddressChange();
  if (confirm.data !== undefined) {
    return (
      <DoorFrame>
        <NextHeading>Your address is changed</NextHeading>
        <Typography color="textSecondary" sx={{ mt: 1.5, mb: 6, overflowWrap: 'anywhere' }}>From now on you sign in as {confirm.data.email}.</Typography>
        <Button component={Link} href={paths.account()} variant="contained" size="large">To my account</Button>
      </DoorFrame>
    );
  }
  if (token === '') return <DoorFrame><BrokenLink message="This page needs the whole link from the mail. Open the link again, or ask for a new one under My account." /></DoorFrame>;
  if (isUsed(confirm.error)) return <DoorFrame><BrokenLink message={messageOf(confirm.error)} /></DoorFrame>;
  return (
    <DoorFrame>
      <Typography variant="h1">Is this your address?</Typography>
      <Typography color="textSecondary" sx={{ mt: 1.5, mb: 6 }}>Somebody, you we hope, wants to use the address to which this link was mailed. Confirm it, and it takes the place of the one before.</Typography>
      {confirm.isError && <Alert severity="error" sx={{ mb: 4 }}>{messageOf(confirm.error)}</Alert>}
      <Button variant="contained" size="large" loading={confirm.isPending || token === undefined} onClick={() => { if (token !== undefined) confirm.mutate(token); }}>Confirm the address</Button>
    </DoorFrame>
  );
}
