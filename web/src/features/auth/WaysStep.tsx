'use client';
// The ways in of an address: the identity providers of its organization, and the password where one is of use.
import LoginOutlined from '@mui/icons-material/LoginOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Divider from '@mui/material/Divider';
import Typography from '@mui/material/Typography';
import { useEffect, useRef, useState } from 'react';
import { WhoseSignIn } from './AddressStep';
import { carryAddress } from './address';
import { useStartSso, type Ways } from './api';
import { DoorNotice, type Notice } from './DoorNotice';
import { Refusal } from './Refusal';

interface Props {
  title?: string;
  email: string;
  ways: Ways;
  /** Of a password that was right: whoever is proven there is linked to its account. */
  challenge?: string;
  next: string;
  notice?: Notice;
  onPassword?: () => void;
  onError?: (error: unknown) => void;
  onChange: () => void;
}

export function WaysStep({ title, email, ways, challenge, next, notice, onPassword, onError, onChange }: Props) {
  const start = useStartSso();
  const [failedAt, setFailedAt] = useState(0);
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus(), []);
  const url = start.data?.url;
  // Not by the answer itself: who went back to the address meanwhile stays.
  useEffect(() => {
    if (url === undefined) return;
    carryAddress(email);
    window.location.assign(url);
  }, [email, url]);
  const leave = (connectionId: string) =>
    start.mutate({ connectionId, email, challenge, returnTo: next }, {
      onError: (error) => {
        setFailedAt(Date.now());
        onError?.(error);
      },
    });
  // The browser is on its way: what is pressed now would begin another sign-in.
  const busy = start.isPending || start.isSuccess;
  return (
    <>
      <Typography variant="h1">{title ?? (ways.password ? 'How do you want to sign in?' : 'Sign in at your organization')}</Typography>
      <WhoseSignIn email={email} onChange={onChange} />
      <Box sx={{ display: 'grid', gap: 3 }}>
        {start.error !== null ? <Refusal error={start.error} at={failedAt} /> : <DoorNotice notice={notice} />}
        {ways.connections.map((way, at) => (
          <Button
            key={way.id}
            ref={at === 0 ? first : undefined}
            variant={at === 0 ? 'contained' : 'outlined'}
            size="large"
            startIcon={<LoginOutlined />}
            loading={busy && start.wish?.connectionId === way.id}
            loadingPosition="start"
            disabled={busy && start.wish?.connectionId !== way.id}
            onClick={() => leave(way.id)}
            sx={{ overflow: 'hidden' }}
          >
            <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>Continue with {way.name}</Box>
          </Button>
        ))}
      </Box>
      {ways.password && onPassword !== undefined && (
        <>
          <Divider sx={{ my: 5, fontSize: '0.75rem', color: 'text.secondary' }}>or</Divider>
          <Button fullWidth variant="outlined" size="large" disabled={busy} onClick={onPassword}>Use your password</Button>
        </>
      )}
      <Typography variant="body2" color="textSecondary" sx={{ mt: 5 }} role="status">
        {busy ? 'You are taken to the sign-in of your organization…' : 'You sign in on a page of your organization and come back here.'}
      </Typography>
    </>
  );
}
