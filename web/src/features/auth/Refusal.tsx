'use client';
// Why a sign-in did not work; after too many tries, how long yet until the next.
import Alert from '@mui/material/Alert';
import { ApiError, messageOf } from '@/shared/api/error';
import { durationWords } from '@/shared/lib/time';
import { useNow } from '@/shared/lib/useNow';

export function Refusal({ error, at }: { error: Error; at: number }) {
  const now = useNow('second');
  const wait = error instanceof ApiError && error.code === 'rate_limited' ? error.retryAfterSeconds : undefined;
  if (wait === undefined) return <Alert severity="error">{messageOf(error)}</Alert>;
  const left = Math.min(wait * 1000, at + wait * 1000 - now);
  // Read out once, not each second.
  return left > 0
    ? <Alert severity="error" role="alert" aria-live="off">Too many wrong tries. You can try again in <span className="tabular">{left < 60_000 ? `${Math.ceil(left / 1000)} s` : durationWords(left)}</span>.</Alert>
    : <Alert severity="info">You can try again now.</Alert>;
}
