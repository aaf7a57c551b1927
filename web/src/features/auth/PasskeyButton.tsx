'use client';
// Signing in by a passkey: alone, or after the password. Nothing where the browser has none.
import FingerprintOutlined from '@mui/icons-material/FingerprintOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useEffect, useEffectEvent, useRef } from 'react';
import { ApiError } from '@/shared/api/error';
import { passkeysFillIn, usePasskeysWork } from '@/shared/session/passkeys';
import { useSignInByPasskey } from './api';
import { Refusal } from './Refusal';

interface Props {
  /** Of a sign-in that owes a second factor; without it the passkey stands for both. */
  challenge?: string;
  /** Those of the person, where they are known. */
  allowed?: string[];
  /** Whether the browser may offer one where the address is filled in. */
  fillIn?: boolean;
  onDone: () => void;
  onError?: (error: unknown) => void;
}

export function PasskeyButton({ challenge, allowed, fillIn = false, onDone, onError }: Props) {
  const signIn = useSignInByPasskey();
  const works = usePasskeysWork();
  const waiting = useRef<AbortController>(null);
  const offer = useEffectEvent((signal: AbortSignal) => signIn.mutate({ fillIn: signal }, { onSuccess: onDone }));
  useEffect(() => {
    if (!fillIn) return undefined;
    const offered = new AbortController();
    waiting.current = offered;
    void passkeysFillIn().then((can) => {
      if (can && !offered.signal.aborted) offer(offered.signal);
    });
    return () => offered.abort();
  }, [fillIn]);
  const ask = () => {
    // A browser does one thing at a time.
    waiting.current?.abort();
    signIn.mutate({ challenge, allowed }, { onSuccess: onDone, onError });
  };
  if (!works) return null;
  // What the browser offers by itself may be left alone: only what one asked for is a refusal.
  const asked = signIn.wish?.fillIn === undefined;
  const refused = signIn.error instanceof ApiError && signIn.error.status === 0 && !asked ? null : signIn.error;
  return (
    <Box sx={{ display: 'grid', gap: 4, mt: 4 }}>
      {refused !== null && <Refusal error={refused} at={signIn.submittedAt} />}
      <Button variant="outlined" size="large" startIcon={<FingerprintOutlined />} loading={signIn.isPending && asked} onClick={ask}>
        Use a passkey
      </Button>
    </Box>
  );
}
