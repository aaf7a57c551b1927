'use client';
// The first step of a sign-in: email and password.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import MuiLink from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import Link from 'next/link';
import { useRef, useState, type SyntheticEvent } from 'react';
import { paths } from '@/shared/paths';
import { TextInput } from '@/shared/ui/form';
import { PasswordInput } from '@/shared/ui/PasswordInput';
import { useLogin, type LoginAnswer } from './api';
import { Refusal } from './Refusal';

interface Props {
  /** Why one is back here. */
  notice?: string;
  onAnswer: (answer: LoginAnswer, email: string) => void;
}

export function PasswordStep({ notice, onAnswer }: Props) {
  const login = useLogin();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const [failedAt, setFailedAt] = useState(0);
  const passwordField = useRef<HTMLInputElement>(null);

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (login.isPending || email.trim() === '' || password === '') return;
    login.mutate({ email: email.trim(), password }, {
      onSuccess: (answer) => onAnswer(answer, email.trim()),
      onError: () => {
        setFailedAt(Date.now());
        setPassword('');
        passwordField.current?.focus();
      },
    });
  };

  return (
    <>
      <Typography variant="h1">Sign in</Typography>
      <Typography color="textSecondary" sx={{ mt: 1.5, mb: 7 }}>
        Use the email and password of your Sallyport account.
      </Typography>
      <Box component="form" onSubmit={submit} noValidate aria-label="Sign in" sx={{ display: 'grid', gap: 4 }}>
        {login.isError && <Refusal error={login.error} at={failedAt} />}
        {!login.isError && notice !== undefined && <Alert severity="info">{notice}</Alert>}
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
    </>
  );
}
