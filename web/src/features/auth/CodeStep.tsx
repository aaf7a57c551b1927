'use client';
// The second step of a sign-in: what the authenticator app shows, or one of the codes that were kept for the day when
// it is lost.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useRef, useState, type SyntheticEvent } from 'react';
import { CodeInput } from '@/shared/ui/CodeInput';
import { useVerifyFactor } from './api';
import { PasskeyButton } from './PasskeyButton';
import { Refusal } from './Refusal';

interface Props {
  challenge: string;
  /** The person's ways, where they are known. */
  methods?: string[];
  passkeys?: string[];
  email: string;
  onDone: () => void;
  onError: (error: unknown) => void;
  onBack: () => void;
}

export function CodeStep({ challenge, methods, passkeys, email, onDone, onError, onBack }: Props) {
  const verify = useVerifyFactor();
  const hasApp = methods?.includes('totp') ?? true;
  const [method, setMethod] = useState<'totp' | 'backup_code'>(hasApp ? 'totp' : 'backup_code');
  const [code, setCode] = useState('');
  const [tried, setTried] = useState(false);
  const [failedAt, setFailedAt] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const app = method === 'totp';
  // Who came from an identity provider in another tab has typed no address in this one.
  const forWhom = email === '' ? 'for your account' : `for ${email}`;

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (verify.isPending || code.trim() === '') return;
    verify.mutate({ challenge, method, code }, {
      onSuccess: onDone,
      onError: (error) => {
        setFailedAt(Date.now());
        setCode('');
        field.current?.focus();
        onError(error);
      },
    });
  };
  const swap = () => {
    setMethod(app ? 'backup_code' : 'totp');
    setCode('');
    setTried(false);
    verify.reset();
    field.current?.focus();
  };

  return (
    <>
      <Typography variant="h1">One more step</Typography>
      <Typography color="textSecondary" sx={{ mt: 1.5, mb: 7, overflowWrap: 'anywhere' }}>
        {app ? `Enter the code that your authenticator app shows ${forWhom}.` : `Enter one of the backup codes that you kept ${forWhom}. Each is good once.`}
      </Typography>
      <Box component="form" onSubmit={submit} noValidate aria-label="Second factor" sx={{ display: 'grid', gap: 4 }}>
        {verify.error !== null && <Refusal error={verify.error} at={failedAt} />}
        <CodeInput method={method} autoFocus value={code} onChange={setCode} inputRef={field} error={tried && code.trim() === '' && !verify.isError ? 'Enter the code.' : undefined} />
        <Button type="submit" variant="contained" size="large" loading={verify.isPending} sx={{ mt: 1 }}>Sign in</Button>
      </Box>
      {passkeys?.length !== 0 && <PasskeyButton challenge={challenge} allowed={passkeys} onDone={onDone} onError={onError} />}
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, mt: 5, mx: -2 }}>
        {hasApp && <Button size="small" onClick={swap}>{app ? 'Use a backup code' : 'Use the authenticator app'}</Button>}
        <Button size="small" onClick={onBack}>Sign in as somebody else</Button>
      </Box>
      <Typography variant="body2" color="textSecondary" sx={{ mt: 4 }}>
        Lost them all? An administrator of your organization can take the second factor away, and you add a new one when you sign in next.
      </Typography>
    </>
  );
}
