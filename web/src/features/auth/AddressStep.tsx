'use client';
// The first step of a sign-in: the address, which decides how its owner proves who they are.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import Typography from '@mui/material/Typography';
import { useState, type SyntheticEvent } from 'react';
import { TextInput } from '@/shared/ui/form';
import { keepAddress, useKnownAddress } from './address';
import { useDiscover, type Ways } from './api';
import { DoorNotice, type Notice } from './DoorNotice';
import { PasskeyButton } from './PasskeyButton';
import { Refusal } from './Refusal';

interface Props {
  /** Typed before, when one comes back to change it. */
  email?: string;
  /** Whether one comes from an identity provider, and was not let in. */
  wayBack?: boolean;
  /** Why one is back here. */
  notice?: Notice;
  onWays: (email: string, ways: Ways) => void;
  /** Signed in by a passkey. */
  onDone: () => void;
}

export function AddressStep({ email: before, wayBack = false, notice, onWays, onDone }: Props) {
  const discover = useDiscover();
  const { known, kept } = useKnownAddress(wayBack);
  const [typed, setTyped] = useState(before);
  const [wish, setWish] = useState<boolean>();
  const [tried, setTried] = useState(false);
  const [failedAt, setFailedAt] = useState(0);
  const value = typed ?? known;
  const email = value.trim();
  const keep = wish ?? kept;
  const wrong = email === '' ? 'Enter your email.' : /^\S+@\S+$/.test(email) ? undefined : 'Enter the whole address, like ada@example.com.';

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (wrong !== undefined || discover.isPending) return;
    keepAddress(keep ? email : null);
    discover.mutate(email, {
      onSuccess: (ways) => onWays(email, ways),
      onError: () => setFailedAt(Date.now()),
    });
  };

  return (
    <>
      <Typography variant="h1">Sign in</Typography>
      <Typography color="textSecondary" sx={{ mt: 1.5, mb: 7 }}>
        Your address comes first: it tells how your organization lets you in.
      </Typography>
      <Box component="form" onSubmit={submit} noValidate aria-label="Sign in" sx={{ display: 'grid', gap: 4 }}>
        {discover.error !== null ? <Refusal error={discover.error} at={failedAt} /> : <DoorNotice notice={notice} />}
        <TextInput label="Email" name="email" type="email" autoComplete="username webauthn" autoFocus value={value} onChange={setTyped} error={tried ? wrong : undefined} />
        <FormControlLabel
          control={<Checkbox size="small" checked={keep} onChange={(_event, checked) => setWish(checked)} />}
          label="Remember my address on this device"
          sx={{ mt: -2, ml: '-6px', '& .MuiFormControlLabel-label': { fontSize: '0.8125rem', color: 'text.secondary' } }}
        />
        <Button type="submit" variant="contained" size="large" loading={discover.isPending}>Continue</Button>
      </Box>
      <PasskeyButton fillIn onDone={onDone} />
      <Typography variant="body2" color="textSecondary" sx={{ mt: 5 }}>
        Invited and new here? Open the link from your invitation and choose a password there.
      </Typography>
    </>
  );
}

/** Whose sign-in it is, with the way back to another address. */
export function WhoseSignIn({ email, onChange }: { email: string; onChange: () => void }) {
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', gap: 2, mt: 3, mb: 6, pl: 3, pr: 1, minHeight: 40, border: 1, borderColor: 'neutral.5', borderRadius: '6px', bgcolor: 'neutral.2' }}>
      <Box component="span" sx={{ flex: 1, minWidth: 0, fontSize: '0.875rem', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }} title={email}>{email}</Box>
      <Button size="small" color="primary" onClick={onChange} aria-label="Change the address">Change</Button>
    </Box>
  );
}

