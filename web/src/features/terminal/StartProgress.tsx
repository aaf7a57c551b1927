'use client';
// While the gateway works: what it does for this, and when to wonder.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useState } from 'react';
import type { Asset } from '@/shared/api/types';
import { useNow } from '@/shared/lib/useNow';
import { CustomerTag } from '@/shared/ui/CustomerTag';
import { Waiting } from './Waiting';

const SLOW_S = 4;

export function StartProgress({ asset, onCancel }: { asset: Asset | undefined; onCancel: () => void }) {
  const now = useNow('second');
  const [since] = useState(() => Date.now());
  const seconds = Math.max(0, Math.floor((now - since) / 1000));
  return (
    <Waiting title={asset === undefined ? 'Connecting' : `Connecting to ${asset.name}`}>
      {asset !== undefined && <CustomerTag id={asset.organizationId} name={asset.organizationName} />}
      <Box sx={{ fontSize: '0.875rem', color: 'text.secondary', maxWidth: 360, lineHeight: 1.6 }}>
        The gateway checks your access, starts the recording, reaches the machine, compares its host key and signs you in.
      </Box>
      <Box className="tabular" aria-hidden={seconds < SLOW_S} sx={{ fontSize: '0.8125rem', color: 'text.secondary', minHeight: 20, opacity: seconds < SLOW_S ? 0 : 1 }}>
        {seconds} s so far. A machine that does not answer is given up soon.
      </Box>
      <Button variant="outlined" onClick={onCancel}>Cancel</Button>
    </Waiting>
  );
}
