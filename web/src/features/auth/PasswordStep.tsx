'use client';
// The password of an address that was entered before.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import MuiLink from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import Link from 'next/link';
import { useRef, useState, type SyntheticEvent } from 'react';
import { ApiError } from '@/shared/api/error';
import { paths } from '@/shared/paths';
import { PasswordInput } from '@/shared/ui/PasswordInput';
import { WhoseSignIn } from './AddressStep';
import { useLogin, waysOf, type LoginAnswer, type Ways } from './api';
import { Refusal } from './Refusal';

interface Props {
  email: string;
  /** Set when there are other ways. */
  onOther?: () => void;
  onAnswer: (answer: LoginAnswer) => void;
  /** The organization wants another way than this. */
  onSsoRequired: (message: string, connections: Ways['connections']) => void;
  onChange: () => void;
}

export function PasswordStep({ email, onOther, onAnswer, onSsoRequired, onChange }: Props) {
  const login = useLogin();
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const [failedAt, setFailedAt] = useState(0);
  const field = useRef<HTMLInputElement>(null);

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (login.isPending || password === '') return;
    login.mutate({ email, password }, {
      onSuccess: onAnswer,
      onError: (error) => {
        if (error instanceof ApiError && error.code === 'sso_required') return onSsoRequired(error.message, waysOf(error));
        setFailedAt(Date.now());
        setPassword('');
        field.current?.focus();
      },
    });
  };

  return (
    <>
      <Typography variant="h1">Enter your password</Typography>
      <WhoseSignIn email={email} onChange={onChange} />
      <Box component="form" onSubmit={submit} noValidate aria-label="Sign in" sx={{ display: 'grid', gap: 4 }}>
        {login.error !== null && <Refusal error={login.error} at={failedAt} />}
        {/* For password managers: which account the password belongs to. */}
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          autoFocus
          value={password}
          inputRef={field}
          onChange={setPassword}
          error={tried && password === '' && !login.isError ? 'Enter your password.' : undefined}
        />
        <Button type="submit" variant="contained" size="large" loading={login.isPending} sx={{ mt: 1 }}>Sign in</Button>
      </Box>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, justifyContent: 'space-between', mt: 5, fontSize: '0.8125rem' }}>
        <MuiLink component={Link} href={paths.forgot()}>Forgot your password?</MuiLink>
        {onOther !== undefined && <MuiLink component="button" type="button" onClick={onOther} sx={{ font: 'inherit' }}>Other ways to sign in</MuiLink>}
      </Box>
    </>
  );
}
