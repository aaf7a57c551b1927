'use client';
// The door. Email and password; where one wanted to go is kept in `next`.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import MuiLink from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import Link from 'next/link';
import { useRouter, useSearchParams } from 'next/navigation';
import { useEffect, useRef, useState, type SyntheticEvent } from 'react';
import { ApiError, messageOf } from '@/shared/api/error';
import { durationWords } from '@/shared/lib/time';
import { useNow } from '@/shared/lib/useNow';
import { paths } from '@/shared/paths';
import { TextInput } from '@/shared/ui/form';
import { useLogin } from './api';
import { DoorFrame } from './DoorFrame';
import { PasswordInput } from './PasswordInput';

/** Only a path of our own: an address of elsewhere would make the door an open redirect. */
function ownPath(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) ? next : '/';
}

/** Why it did not work; after too many tries, how long yet until the next. */
function Refusal({ error, at }: { error: Error; at: number }) {
  const now = useNow('second');
  const wait = error instanceof ApiError && error.code === 'rate_limited' ? error.retryAfterSeconds : undefined;
  if (wait === undefined) return <Alert severity="error">{messageOf(error)}</Alert>;
  const left = Math.min(wait * 1000, at + wait * 1000 - now);
  // Read out once, not each second.
  return left > 0
    ? <Alert severity="error" role="alert" aria-live="off">Too many wrong tries. You can try again in <span className="tabular">{left < 60_000 ? `${Math.ceil(left / 1000)} s` : durationWords(left)}</span>.</Alert>
    : <Alert severity="info">You can try again now.</Alert>;
}

export function SignInScreen() {
  const router = useRouter();
  const next = ownPath(useSearchParams().get('next'));
  const login = useLogin();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const [failedAt, setFailedAt] = useState(0);
  const passwordField = useRef<HTMLInputElement>(null);
  useEffect(() => {
    document.title = 'Sign in · Sallyport';
  }, []);

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (login.isPending || email.trim() === '' || password === '') return;
    login.mutate({ email: email.trim(), password }, {
      onSuccess: () => router.replace(next),
      onError: () => {
        setFailedAt(Date.now());
        setPassword('');
        passwordField.current?.focus();
      },
    });
  };

  return (
    <DoorFrame>
      <Typography variant="h1">Sign in</Typography>
      <Typography color="textSecondary" sx={{ mt: 1.5, mb: 7 }}>
        Use the email and password of your Sallyport account.
      </Typography>
      <Box component="form" onSubmit={submit} noValidate aria-label="Sign in" sx={{ display: 'grid', gap: 4 }}>
        {login.isError && <Refusal error={login.error} at={failedAt} />}
        <TextInput label="Email" type="email" autoComplete="username" autoFocus value={email} onChange={setEmail} error={tried && email.trim() === '' ? 'Enter your email.' : undefined} />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          value={password}
          inputRef={passwordField}
          onChange={setPassword}
          error={tried && password === '' && !login.isError ? 'Enter your password.' : undefined}
        />
        <Button type="submit" variant="contained" size="large" loading={login.isPending} sx={{ mt: 1 }}>
          Sign in
        </Button>
      </Box>
      <Typography variant="body2" sx={{ mt: 5 }}><MuiLink component={Link} href={paths.forgot()}>Forgot your password?</MuiLink></Typography>
      <Typography variant="body2" color="textSecondary" sx={{ mt: 2 }}>
        Invited and new here? Open the link from your invitation and choose a password there.
      </Typography>
    </DoorFrame>
  );
}
