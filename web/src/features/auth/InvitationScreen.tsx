'use client';
// Accepts an invitation. The token comes in the fragment, which no server and no log ever sees, and leaves the address at once.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import Link from 'next/link';
import { useEffect, useState, type SyntheticEvent } from 'react';
import { messageOf } from '@/shared/api/error';
import type { InvitationPreview } from '@/shared/api/types';
import { roleWords } from '@/shared/lib/words';
import { paths } from '@/shared/paths';
import { formMessage, fieldErrors } from '@/shared/ui/form';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { useAcceptInvitation, useInvitation } from './api';
import { DoorFrame } from './DoorFrame';
import { PasswordInput } from './PasswordInput';

const MIN_LENGTH = 12;

/** Undefined until the browser is asked, then the token or an empty text. */
function useFragmentToken(): string | undefined {
  const [token, setToken] = useState<string>();
  useEffect(() => {
    document.title = 'Invitation · Sallyport';
    const read = () => {
      const found = new URLSearchParams(window.location.hash.slice(1)).get('token');
      setToken((known) => found ?? known ?? '');
      if (found !== null) window.history.replaceState(null, '', window.location.pathname);
    };
    read();
    window.addEventListener('hashchange', read);
    return () => window.removeEventListener('hashchange', read);
  }, []);
  return token;
}

export function InvitationScreen() {
  const token = useFragmentToken();
  const invitation = useInvitation(token);
  const accept = useAcceptInvitation();
  if (accept.isSuccess) return <DoorFrame><Done email={invitation.data?.email} /></DoorFrame>;
  return (
    <DoorFrame>
      {token === '' && <Broken message="This page needs the whole link from your invitation. Open the link again, or ask for a new one." />}
      {invitation.isError && <Broken message={messageOf(invitation.error)} />}
      {token !== '' && !invitation.isError && invitation.data === undefined && <Skeleton variant="rounded" height={240} />}
      {token !== undefined && invitation.data !== undefined && (
        <AcceptForm invitation={invitation.data} pending={accept.isPending} error={accept.error} onAccept={(password) => accept.mutate({ token, password })} />
      )}
    </DoorFrame>
  );
}

function Broken({ message }: { message: string }) {
  return (
    <>
      <Typography variant="h1" sx={{ mb: 5 }}>This link does not work</Typography>
      <Alert severity="error">{message}</Alert>
      <Button component={Link} href={paths.signIn()} variant="outlined" sx={{ mt: 5, justifySelf: 'start' }}>To the sign-in</Button>
    </>
  );
}

function Done({ email }: { email?: string }) {
  return (
    <>
      <Typography variant="h1">Your account is ready</Typography>
      <Typography color="textSecondary" sx={{ mt: 1.5, mb: 6 }}>Sign in{email === undefined ? '' : ` as ${email}`} with your new password.</Typography>
      <Button component={Link} href={paths.signIn()} variant="contained" size="large">Sign in</Button>
    </>
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
  const short = password.length < MIN_LENGTH;
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
        You join {invitation.organizationName} as {roleWords[invitation.role].toLowerCase()}. Choose a password for {invitation.email}. The link holds until <RelativeTime at={invitation.expiresAt} />.
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
          hint={`At least ${MIN_LENGTH} characters. A few words that belong only to you are better than symbols.`}
          error={tried && short ? `Use at least ${MIN_LENGTH} characters.` : wrong.password}
        />
        <PasswordInput label="Password again" autoComplete="new-password" value={again} onChange={setAgain} error={tried && differs ? 'The two passwords differ.' : undefined} />
        <Button type="submit" variant="contained" size="large" loading={pending} sx={{ mt: 1 }}>Create my account</Button>
      </Box>
    </>
  );
}
