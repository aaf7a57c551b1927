'use client';
// My second factors: authenticator apps and passkeys, and the backup codes that stand in for them.
import FingerprintOutlined from '@mui/icons-material/FingerprintOutlined';
import KeyOutlined from '@mui/icons-material/KeyOutlined';
import PhonelinkLockOutlined from '@mui/icons-material/PhonelinkLockOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import { useState, type ReactNode } from 'react';
import type { Factor, OwnFactors } from '@/shared/api/types';
import { deviceWords } from '@/shared/lib/device';
import { useFactors } from '@/shared/session/factors';
import { usePasskeysWork } from '@/shared/session/passkeys';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { ErrorState } from '@/shared/ui/ErrorState';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { SectionCard } from '@/shared/ui/SectionCard';
import { useToast } from '@/shared/ui/toast';
import { AddFactorDialog, freeName } from './AddFactorDialog';
import { AddPasskeyDialog } from './AddPasskeyDialog';
import { useDeleteFactor } from './api';
import { NewBackupCodes } from './NewBackupCodes';

export function FactorsCard() {
  const query = useFactors();
  const [dialog, setDialog] = useState<'add' | 'passkey' | 'codes' | null>(null);
  const passkeys = usePasskeysWork();
  const own = query.data;
  const taken = own?.factors.map(({ name }) => name) ?? [];
  return (
    <SectionCard
      title="Second factors"
      note={own?.required === true ? 'Required by your organization' : undefined}
      padded={false}
      action={own === undefined ? undefined : (
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, justifyContent: 'flex-end' }}>
          {passkeys && <Button size="small" variant="outlined" onClick={() => setDialog('passkey')}>Add a passkey</Button>}
          <Button size="small" variant="outlined" onClick={() => setDialog('add')}>Add an authenticator app</Button>
        </Box>
      )}
    >
      {query.isPending && <Box sx={{ p: 4 }}><Skeleton variant="rounded" height={44} /></Box>}
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {own?.factors.length === 0 && (
        <Box sx={{ px: 4, py: 5, fontSize: '0.875rem', color: 'text.secondary', maxWidth: 620 }}>
          Whoever learns your password can sign in as you. With a passkey or an authenticator app they would need your device as well. A passkey signs you in without the password, too: by your finger, your face or a PIN.
        </Box>
      )}
      {own !== undefined && own.factors.length > 0 && (
        <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
          {own.factors.map((factor) => <FactorLine key={factor.id} factor={factor} own={own} />)}
          <Line icon={<KeyOutlined />} title="Backup codes" action={<Button size="small" variant="outlined" aria-label="Make new backup codes" onClick={() => setDialog('codes')}>Make new ones</Button>}>
            <Box component="span" sx={{ color: own.backupCodesLeft < 3 ? 'severity.high.text' : undefined }}>
              {own.backupCodesLeft === 0 ? 'None left: without your device you could not sign in.' : `${own.backupCodesLeft} of 10 left. Each signs you in once when your device is not at hand.`}
            </Box>
          </Line>
        </Box>
      )}
      {dialog === 'add' && <AddFactorDialog taken={taken} onClose={() => setDialog(null)} />}
      {dialog === 'passkey' && <AddPasskeyDialog suggestion={freeName(deviceWords(navigator.userAgent), taken)} onClose={() => setDialog(null)} />}
      {dialog === 'codes' && <NewBackupCodes onClose={() => setDialog(null)} />}
    </SectionCard>
  );
}

function Line({ icon, title, action, children }: { icon: ReactNode; title: string; action: ReactNode; children: ReactNode }) {
  return (
    <Box component="li" sx={{ display: 'flex', alignItems: 'center', gap: 4, px: 4, py: 3, borderTop: 1, borderColor: 'neutral.4', '&:first-of-type': { borderTop: 0 } }}>
      <Box aria-hidden sx={{ display: 'flex', color: 'neutral.8', '& svg': { fontSize: 20 } }}>{icon}</Box>
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Box sx={{ fontSize: '0.875rem', fontWeight: 560, overflowWrap: 'anywhere' }}>{title}</Box>
        <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary' }}>{children}</Box>
      </Box>
      {action}
    </Box>
  );
}

function FactorLine({ factor, own }: { factor: Factor; own: OwnFactors }) {
  const toast = useToast();
  const remove = useDeleteFactor();
  const [asking, setAsking] = useState(false);
  const last = own.factors.length === 1;
  const may = own.required && last ? 'Your organization requires a second factor, and this is your only one. Add another one first.' : true;
  return (
    <Line
      icon={factor.kind === 'passkey' ? <FingerprintOutlined /> : <PhonelinkLockOutlined />}
      title={factor.name}
      action={<AllowedButton allowed={may} size="small" variant="outlined" aria-label={`Remove ${factor.name}`} onClick={() => { remove.reset(); setAsking(true); }}>Remove</AllowedButton>}
    >
      {factor.kind === 'passkey' ? 'Passkey' : 'App'} · added <RelativeTime at={factor.confirmedAt} /> · {factor.lastUsedAt === null ? 'not used to sign in yet' : <>last used <RelativeTime at={factor.lastUsedAt} /></>}
      {asking && (
        <ConfirmDialog
          title={`Remove “${factor.name}”?`}
          action="Remove"
          danger
          pending={remove.isPending}
          error={remove.error}
          onClose={() => setAsking(false)}
          onConfirm={() => remove.mutate(factor.id, { onSuccess: () => { setAsking(false); toast.done(`${factor.name} was removed.`); } })}
        >
          {last
            ? 'It signs you in no more, and your backup codes go with it: your password alone will be enough. Other places where you are signed in are signed out.'
            : 'It signs you in no more. Other places where you are signed in are signed out.'}
        </ConfirmDialog>
      )}
    </Line>
  );
}
