'use client';
// Confirming at the identity provider that one signs in by: in a window of its own, so that nothing on this page is lost.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Divider from '@mui/material/Divider';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState } from 'react';
import { useAct } from '@/shared/api/act';
import { api, data } from '@/shared/api/client';
import { messageOf } from '@/shared/api/error';
import { paths } from '@/shared/paths';
import { hearOtherWindows, openWindow } from './otherWindow';
import { profileKey } from './SessionProvider';

interface Props {
  ways: readonly { id: string; name: string; code: boolean }[];
  /** What is typed of the second factor, which is asked for here before the way to some of them. */
  code: { method: 'totp' | 'backup_code'; code: string };
  /** Whether there is no password to confirm by. */
  alone: boolean;
  /** The code was spent, or was no good. */
  onCodeUsed: () => void;
  onConfirmed: () => void;
}

const refusals: Record<string, string> = {
  somebody_else: 'Somebody else signed in there than is signed in here. Try again as yourself.',
};

export function StepUpElsewhere({ ways, code, alone, onCodeUsed, onConfirmed }: Props) {
  const client = useQueryClient();
  const [refused, setRefused] = useState<string>();
  const start = useAct({
    inline: true,
    ask: ({ id, code: asked }: { id: string; code: boolean }) =>
      data(api.POST('/api/sso/step-up', { body: { connectionId: id, returnTo: paths.confirmed(), ...(asked ? code : {}) } })),
  });
  const begin = (way: { id: string; code: boolean }) => {
    setRefused(undefined);
    start.mutate(way, {
      onSuccess: ({ url }) => {
        if (!openWindow(url)) setRefused('The browser did not allow another window. Allow windows for this page and try again.');
      },
      onSettled: () => {
        if (way.code) onCodeUsed();
      },
    });
  };
  const heard = useEffectEvent((code: string | null) => {
    if (code !== null) return setRefused(refusals[code] ?? 'That did not work. Try again, or confirm in another way.');
    void client.invalidateQueries({ queryKey: profileKey });
    onConfirmed();
  });
  useEffect(() => hearOtherWindows((word) => { if (word.kind === 'confirmed') heard(word.refused); }), []);
  const problem = start.isError ? messageOf(start.error) : refused;
  return (
    <Box sx={{ display: 'grid', gap: 3 }}>
      {problem !== undefined && <Alert severity="error">{problem}</Alert>}
      {ways.map(({ id, name, code: asked }) => (
        <Button
          key={id}
          variant="outlined"
          loading={start.isPending && start.wish?.id === id}
          disabled={asked && code.code.trim() === ''}
          onClick={() => begin({ id, code: asked })}
        >
          {asked ? `Confirm with ${name} and the code` : `Confirm with ${name}`}
        </Button>
      ))}
      {!alone && <Divider sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>or by password</Divider>}
    </Box>
  );
}
