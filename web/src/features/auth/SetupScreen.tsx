'use client';
// The first run: names the provider and makes its first super admin, by the one-time link that the start printed.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { useState, type SyntheticEvent } from 'react';
import { TextInput, fieldErrors, formMessage } from '@/shared/ui/form';
import { PasswordInput } from '@/shared/ui/PasswordInput';
import { isUsed, useSetUp, useSetupLink } from './api';
import { DoorFrame } from './DoorFrame';
import { BrokenLink, DoorDone, UsedLink } from './DoorNotes';
import { MIN_PASSWORD } from './passwordRules';
import { PasswordMeter } from './PasswordMeter';
import { useFragmentToken } from './useFragmentToken';

export function SetupScreen() {
  const token = useFragmentToken('Set up');
  const [email, setEmail] = useState<string>();
  const link = useSetupLink(token);
  return (
    <DoorFrame>
      {email !== undefined && <DoorDone email={email} />}
      {email === undefined && token === '' && <BrokenLink message="This page needs the whole link that Sallyport printed when it started." />}
      {email === undefined && token !== '' && link === 'asking' && <Skeleton variant="rounded" height={360} />}
      {email === undefined && token !== '' && link === 'used' && <UsedLink />}
      {email === undefined && token !== '' && link === 'good' && <SetupForm token={token ?? ''} onDone={setEmail} />}
    </DoorFrame>
  );
}

function SetupForm({ token, onDone }: { token: string; onDone: (email: string) => void }) {
  const setUp = useSetUp();
  const [organizationName, setOrganizationName] = useState('');
  const [displayName, setDisplayName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const wrong = fieldErrors(setUp.error);
  const missing = (value: string, what: string) => (tried && value.trim() === '' ? what : undefined);
  const complete = [organizationName, displayName, email].every((value) => value.trim() !== '') && password.length >= MIN_PASSWORD;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (!complete || setUp.isPending) return;
    const body = { token, organizationName: organizationName.trim(), displayName: displayName.trim(), email: email.trim(), password };
    setUp.mutate(body, { onSuccess: () => onDone(body.email) });
  };
  if (isUsed(setUp.error)) return <UsedLink />;
  const shown = formMessage(setUp.error, ['organizationName', 'displayName', 'email', 'password']);
  return (
    <>
      <Typography variant="h1">Set up Sallyport</Typography>
      <Typography color="textSecondary" sx={{ mt: 1.5, mb: 7 }}>Name your company and make the first account. It is a super admin and invites everyone else.</Typography>
      <Box component="form" onSubmit={submit} noValidate aria-label="Set up" sx={{ display: 'grid', gap: 4 }}>
        {shown !== undefined && <Alert severity="error">{shown}</Alert>}
        <TextInput label="Your company, the provider" autoComplete="organization" autoFocus value={organizationName} onChange={setOrganizationName} error={missing(organizationName, 'Enter the name.') ?? wrong.organizationName} />
        <TextInput label="Your name" autoComplete="name" value={displayName} onChange={setDisplayName} error={missing(displayName, 'Enter your name.') ?? wrong.displayName} />
        <TextInput label="Your email" type="email" autoComplete="username" value={email} onChange={setEmail} error={missing(email, 'Enter your email.') ?? wrong.email} />
        <PasswordInput label="Password" autoComplete="new-password" value={password} onChange={setPassword} error={tried && password.length < MIN_PASSWORD ? `Use at least ${MIN_PASSWORD} characters.` : wrong.password} />
        <PasswordMeter password={password} about={{ email, displayName, organizationName }} />
        <Button type="submit" variant="contained" size="large" loading={setUp.isPending} sx={{ mt: 1 }}>Set up</Button>
      </Box>
    </>
  );
}
