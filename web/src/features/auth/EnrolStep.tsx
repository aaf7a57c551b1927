'use client';
// The organization asks for a second factor, and there is none yet: an authenticator app is added before one comes in.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import FingerprintOutlined from '@mui/icons-material/FingerprintOutlined';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { useEffect, useState, type SyntheticEvent } from 'react';
import { CodeInput } from '@/shared/ui/CodeInput';
import { ErrorState } from '@/shared/ui/ErrorState';
import { fieldErrors, formMessage } from '@/shared/ui/form';
import { usePasskeysWork } from '@/shared/session/passkeys';
import { NewFactorPicture } from '@/shared/ui/NewFactorPicture';
import { useConfirmEnrolment, useEnrolPasskey, useEnrolment } from './api';
import { NextHeading } from './NextHeading';
import { Refusal } from './Refusal';

interface Props {
  challenge: string;
  email: string;
  onDone: (codes: string[]) => void;
  onError: (error: unknown) => void;
  onBack: () => void;
}

export function EnrolStep({ challenge, email, onDone, onError, onBack }: Props) {
  const enrolment = useEnrolment(challenge);
  const confirm = useConfirmEnrolment();
  const enrol = useEnrolPasskey();
  const passkeys = usePasskeysWork();
  const [code, setCode] = useState('');
  const [tried, setTried] = useState(false);
  const factor = enrolment.data;
  // Who came from an identity provider in another tab has typed no address in this one.
  const forWhom = email === '' ? 'for your account' : `for ${email}`;
  useEffect(() => {
    if (enrolment.isError) onError(enrolment.error);
  }, [enrolment.error, enrolment.isError, onError]);

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (factor === undefined || confirm.isPending || code.trim() === '') return;
    confirm.mutate({ challenge, factorId: factor.factorId, code }, {
      onSuccess: (enrolled) => onDone(enrolled.backupCodes),
      onError: (error) => {
        setCode('');
        onError(error);
      },
    });
  };
  const byPasskey = () => {
    if (factor === undefined) return;
    enrol.mutate({ challenge, person: { id: factor.userId, email: factor.email } }, { onSuccess: (enrolled) => onDone(enrolled.backupCodes), onError });
  };
  const problem = tried && code === '' && !confirm.isError ? 'Enter the code.' : fieldErrors(confirm.error).code;

  return (
    <>
      <NextHeading>Add an authenticator app</NextHeading>
      <Typography color="textSecondary" sx={{ mt: 1.5, mb: 6, overflowWrap: 'anywhere' }}>
        Your organization asks for a second factor. Scan this with an app such as Google Authenticator, 1Password or Aegis, then enter the code that it shows {forWhom}.
      </Typography>
      {enrolment.isError && <ErrorState error={enrolment.error} onRetry={() => void enrolment.refetch()} />}
      {enrolment.isPending && <Skeleton variant="rounded" height={280} />}
      {factor !== undefined && (
        <Box component="form" onSubmit={submit} noValidate aria-label="Add an authenticator app" sx={{ display: 'grid', gap: 4 }}>
          <NewFactorPicture factor={factor} />
          {confirm.error !== null && formMessage(confirm.error, ['code']) !== undefined && <Refusal error={confirm.error} at={confirm.submittedAt} />}
          <CodeInput method="totp" value={code} onChange={setCode} error={problem} />
          <Button type="submit" variant="contained" size="large" loading={confirm.isPending} sx={{ mt: 1 }}>Confirm and sign in</Button>
        </Box>
      )}
      {factor !== undefined && passkeys && (
        <Box sx={{ display: 'grid', gap: 4, mt: 4 }}>
          {enrol.error !== null && <Refusal error={enrol.error} at={enrol.submittedAt} />}
          <Button variant="outlined" size="large" startIcon={<FingerprintOutlined />} loading={enrol.isPending} onClick={byPasskey}>Add a passkey instead</Button>
        </Box>
      )}
      <Box sx={{ mt: 5, mx: -2 }}>
        <Button size="small" onClick={onBack}>Sign in as somebody else</Button>
      </Box>
    </>
  );
}
