'use client';
// The host key: a person compares the fingerprint and confirms it; from then on another key is refused.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { messageOf } from '@/shared/api/error';
import type { Asset, HostKeyScan } from '@/shared/api/types';
import { allowed } from '@/shared/session/can';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { CopyButton } from '@/shared/ui/CopyButton';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { SectionCard } from '@/shared/ui/SectionCard';
import { useToast } from '@/shared/ui/toast';
import { useConfirmHostKey, useForgetHostKey, useScanHostKey } from './api';

export function HostKeyCard({ asset }: { asset: Asset }) {
  const toast = useToast();
  const scan = useScanHostKey(asset.id);
  const forget = useForgetHostKey(asset.id);
  const [forgetting, setForgetting] = useState(false);
  const pinned = asset.hostKey ?? null;
  const unknown = scan.data !== undefined && scan.data.matchesPinned !== true ? scan.data : undefined;
  return (
    <SectionCard title="Host key" note={pinned === null ? undefined : pinned.algorithm}>
      {pinned === null ? (
        <Typography variant="body2" color="textSecondary" sx={{ mb: 4 }}>
          Nobody has confirmed yet that this address is the machine we mean. Until then no session is opened: a stranger in between could read everything.
        </Typography>
      ) : (
        <Box sx={{ mb: 4 }}>
          <Fingerprint value={pinned.fingerprint} />
          <Typography variant="body2" color="textSecondary" sx={{ mt: 2 }}>
            Confirmed <RelativeTime at={pinned.confirmedAt} /> by {pinned.confirmedByName}. A machine that shows another key is refused.
          </Typography>
        </Box>
      )}
      {scan.isError && <Alert severity="error" sx={{ mb: 4 }}>{messageOf(scan.error)}</Alert>}
      {scan.data?.matchesPinned === true && <Alert severity="info" sx={{ mb: 4 }}>The machine shows the key that was confirmed.</Alert>}
      {unknown !== undefined && <ScannedKey asset={asset} scan={unknown} onDone={() => scan.reset()} />}
      {unknown === undefined && (
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2 }}>
          <AllowedButton allowed={allowed(asset.can, 'host_key.scan')} variant={pinned === null ? 'contained' : 'outlined'} loading={scan.isPending} onClick={() => scan.mutate()}>
            {pinned === null ? 'Read the host key' : 'Check again'}
          </AllowedButton>
          {pinned !== null && <AllowedButton allowed={allowed(asset.can, 'host_key.confirm')} variant="text" color="error" onClick={() => setForgetting(true)}>Forget this key</AllowedButton>}
        </Box>
      )}
      {forgetting && (
        <ConfirmDialog title="Forget the host key?" action="Forget the key" danger pending={forget.isPending} error={forget.error} onClose={() => setForgetting(false)} onConfirm={() => forget.mutate(undefined, { onSuccess: () => { toast.done('The host key was forgotten.'); setForgetting(false); scan.reset(); } })}>
          Do this when the machine was set up anew. No session can be opened until a person confirms the new key.
        </ConfirmDialog>
      )}
    </SectionCard>
  );
}

function ScannedKey({ asset, scan, onDone }: { asset: Asset; scan: HostKeyScan; onDone: () => void }) {
  const toast = useToast();
  const confirm = useConfirmHostKey(asset.id);
  const changed = scan.matchesPinned === false;
  return (
    <Box sx={{ border: 1, borderColor: changed ? 'severity.critical.line' : 'neutral.6', borderRadius: '8px', p: 4 }}>
      {changed && <Alert severity="error" sx={{ mb: 4 }}>This is not the key that was confirmed. Either the machine was set up anew, or someone stands in between. Ask before you confirm.</Alert>}
      <Typography component="h3" sx={{ fontSize: '0.8125rem', fontWeight: 580, mb: 2 }}>The machine shows this {scan.algorithm} key</Typography>
      <Fingerprint value={scan.fingerprint} big />
      <Typography variant="body2" color="textSecondary" sx={{ mt: 3, mb: 4 }}>
        Compare it with what the machine’s keeper tells you, by phone or on its own screen:
        <Box component="span" className="mono" sx={{ display: 'block', mt: 1 }}>ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub</Box>
      </Typography>
      {confirm.isError && <Alert severity="error" sx={{ mb: 4 }}>{messageOf(confirm.error)}</Alert>}
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2 }}>
        <AllowedButton
          allowed={allowed(asset.can, 'host_key.confirm')}
          variant="contained"
          color={changed ? 'error' : 'primary'}
          loading={confirm.isPending}
          onClick={() => confirm.mutate(scan.fingerprint, { onSuccess: () => { toast.done(`The host key of ${asset.name} is confirmed.`); onDone(); } })}
        >
          They are the same: confirm
        </AllowedButton>
        <Button onClick={onDone}>Not now</Button>
      </Box>
    </Box>
  );
}

function Fingerprint({ value, big = false }: { value: string; big?: boolean }) {
  return (
    <Box sx={{ display: 'flex', alignItems: 'flex-start', gap: 1 }}>
      <Box component="output" aria-label="Fingerprint" className="mono" sx={{ fontSize: big ? '1.0625rem' : '0.8125rem', lineHeight: 1.5, overflowWrap: 'anywhere', fontWeight: big ? 560 : 440, userSelect: 'all' }}>
        {value}
      </Box>
      <CopyButton what="fingerprint" text={value} />
    </Box>
  );
}
