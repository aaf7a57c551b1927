'use client';
// Confirming at the identity provider that one signs in by: in a window of its own, so that nothing on this page is lost.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Divider from '@mui/material/Divider';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState } from 'react';
import { api, data } from '@/shared/api/client';
import { messageOf } from '@/shared/api/error';
import { paths } from '@/shared/paths';
import { hearOtherWindows, openWindow } from './otherWindow';
import { profileKey } from './SessionProvider';

interface Props {
  ways: readonly { id: string; name: string }[];
  /** Whether there is no password to confirm by. */
  alone: boolean;
  onConfirmed: () => void;
}

const refusals: Record<string, string> = {
  somebody_else: 'Somebody else signed in there than is signed in here. Try again as yourself.',
};

export function StepUpElsewhere({ ways, alone, onConfirmed }: Props) {
  const client = useQueryClient();
  const [refused, setRefused] = useState<string>();
  const start = useMutation({
    meta: { inline: true },
    mutationFn: (connectionId: string) => data(api.POST('/api/sso/step-up', { body: { connectionId, returnTo: paths.confirmed() } })),
    onSuccess: ({ url }) => {
      if (!openWindow(url)) setRefused('The browser did not allow another window. Allow windows for this page and try again.');
    },
  });
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
      {ways.map(({ id, name }) => (
        <Button
          key={id}
          variant="outlined"
          loading={start.isPending && start.variables === id}
          onClick={() => {
            setRefused(undefined);
            start.mutate(id);
          }}
        >
          Confirm with {name}
        </Button>
      ))}
      {!alone && <Divider sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>or by password</Divider>}
    </Box>
  );
}
