'use client';
// For whoever forgot their password. The answer is the same whether or not the address has an account: who has one
// is nobody's business here.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import Link from 'next/link';
import { useEffect, useState, type SyntheticEvent } from 'react';
import { paths } from '@/shared/paths';
import { TextInput, fieldErrors, formMessage } from '@/shared/ui/form';
import { useRequestReset } from './api';
import { DoorFrame } from './DoorFrame';
import { NextHeading } from './NextHeading';

export function ForgotScreen() {
  const request = useRequestReset();
  const [email, setEmail] = useState('');
  useEffect(() => {
    document.title = 'Forgot your password · Sallyport';
  }, []);
  return (
    <DoorFrame>
      {request.isSuccess
        ? <Asked email={email.trim()} onAgain={() => request.reset()} />
        : <AskForm email={email} onEmail={setEmail} pending={request.isPending} error={request.error} onAsk={() => request.mutate({ email: email.trim() })} />}
    </DoorFrame>
  );
}

interface FormProps {
  email: string;
  onEmail: (email: string) => void;
  pending: boolean;
  error: unknown;
  onAsk: () => void;
}

function AskForm({ email, onEmail, pending, error, onAsk }: FormProps) {
  const [tried, setTried] = useState(false);
  const shown = formMessage(error, ['email']);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (!pending && email.trim() !== '') onAsk();
  };
  return (
    <>
      <Typography variant="h1">Forgot your password?</Typography>
      <Typography color="textSecondary" sx={{ mt: 1.5, mb: 7 }}>We mail you a link to choose another one. Your second factor stays as it is.</Typography>
      <Box component="form" onSubmit={submit} noValidate aria-label="Forgot your password" sx={{ display: 'grid', gap: 4 }}>
        {shown !== undefined && <Alert severity="error">{shown}</Alert>}
        <TextInput label="Email" type="email" autoComplete="username" autoFocus value={email} onChange={onEmail} error={tried && email.trim() === '' ? 'Enter your email.' : fieldErrors(error).email} />
        <Button type="submit" variant="contained" size="large" loading={pending} sx={{ mt: 1 }}>Mail me a link</Button>
        <Button component={Link} href={paths.signIn()} size="large">Back to the sign-in</Button>
      </Box>
    </>
  );
}

function Asked({ email, onAgain }: { email: string; onAgain: () => void }) {
  return (
    <>
      <NextHeading>Look into your mail</NextHeading>
      <Typography color="textSecondary" sx={{ mt: 1.5, mb: 3, overflowWrap: 'anywhere' }}>
        If <Box component="strong" sx={{ color: 'text.primary', fontWeight: 560 }}>{email}</Box> belongs to an account, a link is on its way. It works once, for 30 minutes, and only the newest one does.
      </Typography>
      <Typography variant="body2" color="textSecondary" sx={{ mb: 6 }}>
        Nothing there after a few minutes? Look among the unwanted mail, or check the address. Not invited yet, or shut out? Then no mail comes: ask your administrator.
      </Typography>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2 }}>
        <Button component={Link} href={paths.signIn()} variant="outlined">Back to the sign-in</Button>
        <Button onClick={onAgain}>Use another address</Button>
      </Box>
    </>
  );
}
