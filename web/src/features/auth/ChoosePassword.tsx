'use client';
// A first or another password, typed twice, for whoever came by a link.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useState, type SyntheticEvent } from 'react';
import { fieldErrors, formMessage } from '@/shared/ui/form';
import { MIN_PASSWORD } from './passwordRules';
import { PasswordInput } from '@/shared/ui/PasswordInput';
import { PasswordKinds } from './PasswordKinds';
import { PasswordMeter } from './PasswordMeter';
import type { About } from './usePasswordWeight';

interface Props {
  about: About;
  action: string;
  pending: boolean;
  error: unknown;
  onChoose: (password: string) => void;
}

export function ChoosePassword({ about, action, pending, error, onChoose }: Props) {
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
    if (!short && !differs && !pending) onChoose(password);
  };
  return (
    <Box component="form" onSubmit={submit} noValidate aria-label="Choose a password" sx={{ display: 'grid', gap: 4 }}>
      {shown !== undefined && <Alert severity="error">{shown}</Alert>}
      {/* For password managers: which account the password belongs to. */}
      <input type="hidden" name="username" autoComplete="username" value={about.email} readOnly />
      <PasswordInput
        label="Password"
        autoComplete="new-password"
        autoFocus
        value={password}
        onChange={setPassword}
        error={tried && short ? `Use at least ${MIN_PASSWORD} characters.` : wrong.password}
      />
      <PasswordMeter password={password} about={about} />
      <PasswordKinds password={password} kinds={about.passwordClasses ?? []} />
      <PasswordInput label="Password again" autoComplete="new-password" value={again} onChange={setAgain} error={tried && differs ? 'The two passwords differ.' : undefined} />
      <Button type="submit" variant="contained" size="large" loading={pending} sx={{ mt: 1 }}>{action}</Button>
    </Box>
  );
}
