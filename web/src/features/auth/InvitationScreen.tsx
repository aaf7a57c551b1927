'use client';
// Accepts an invitation. The token comes in the fragment, which no server and no log ever sees, and leaves the address at once.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { useState, type SyntheticEvent } from 'react';
import { messageOf } from '@/shared/api/error';
import type { InvitationPreview } from '@/shared/api/types';
import { roleWords } from '@/shared/lib/words';
import { formMessage, fieldErrors } from '@/shared/ui/form';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { useAcceptInvitation, useInvitation } from './api';
import { DoorFrame } from './DoorFrame';
import { BrokenLink, DoorDone } from './DoorNotes';
import { MIN_PASSWORD, passwordHint } from './passwordRules';
import { PasswordInput } from './PasswordInput';
import { useFragmentToken } from './useFragmentToken';

export function InvitationScreen() {
  const token = useFragmentToken('Invitation');
  const invitation = useInvitation(token);
  const accept = useAcceptInvitation();
  if (accept.isSuccess) return <DoorFrame><DoorDone email={invitation.data?.email} /></DoorFrame>;
  return (
    <DoorFrame>
      {token === '' && <BrokenLink message="This page needs the whole link from your invitation. Open the link again, or ask for a new one." />}
      {invitation.isError && <BrokenLink message={messageOf(invitation.error)} />}
      {token !== '' && !invitation.isError && invitation.data === undefined && <Skeleton variant="rounded" height={240} />}
      {token !== undefined && invitation.data !== undefined && (
        <AcceptForm invitation={invitation.data} pending={accept.isPending} error={accept.error} onAccept={(password) => accept.mutate({ token, password })} />
      )}
    </DoorFrame>
  );
}

interface FormProps {
  invitation: InvitationPreview;
  pending: boolean;
  error: unknown;
  onAccept: (password: string) => void;
}

function AcceptForm({ invitation, pending, error, onAccept }: FormProps) {
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [tried, setTried] = useState(false);
  const short = password.length < MIN_PASSWORD;
  const differs = again !== password;
  const wrong = fieldErrors(error);
  const shown = formMessage(error, ['password']);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (!short && !differs && !pending) onAccept(password);
  };
  return (
    <>
      <Typography variant="h1">Welcome, {invitation.displayName}</Typography>
      <Typography color="textSecondary" sx={{ mt: 1.5, mb: 7 }}>
        You join {invitation.organizationName} as {roleWords[invitation.role].toLowerCase()}. Choose a password for {invitation.email}. The link runs out <RelativeTime at={invitation.expiresAt} ahead />.
      </Typography>
      <Box component="form" onSubmit={submit} noValidate aria-label="Choose a password" sx={{ display: 'grid', gap: 4 }}>
        {shown !== undefined && <Alert severity="error">{shown}</Alert>}
        {/* For password managers: which account the password belongs to. */}
        <input type="hidden" name="username" autoComplete="username" value={invitation.email} readOnly />
        <PasswordInput
          label="Password"
          autoComplete="new-password"
          autoFocus
          value={password}
          onChange={setPassword}
          hint={passwordHint}
          error={tried && short ? `Use at least ${MIN_PASSWORD} characters.` : wrong.password}
        />
        <PasswordInput label="Password again" autoComplete="new-password" value={again} onChange={setAgain} error={tried && differs ? 'The two passwords differ.' : undefined} />
        <Button type="submit" variant="contained" size="large" loading={pending} sx={{ mt: 1 }}>Create my account</Button>
      </Box>
    </>
  );
}
