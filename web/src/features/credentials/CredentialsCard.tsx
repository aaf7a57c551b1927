'use client';
// The stored accounts of one machine. Nobody can read a secret here, only replace it.
import AddOutlined from '@mui/icons-material/AddOutlined';
import KeyOutlined from '@mui/icons-material/KeyOutlined';
import PasswordOutlined from '@mui/icons-material/PasswordOutlined';
import WorkspacePremiumOutlined from '@mui/icons-material/WorkspacePremiumOutlined';
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { useState, type ReactNode } from 'react';
import type { Asset, Credential, CredentialKind } from '@/shared/api/types';
import { kindWords } from '@/shared/lib/words';
import { allowed, may } from '@/shared/session/can';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { LevelChip } from '@/shared/ui/LevelChip';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { SectionCard } from '@/shared/ui/SectionCard';
import { useToast } from '@/shared/ui/toast';
import { useCredentials, useDeleteCredential } from './api';
import { AddCredentialDialog, RotateCredentialDialog } from './CredentialDialogs';

const icons = { password: PasswordOutlined, private_key: KeyOutlined, certificate: WorkspacePremiumOutlined } satisfies Record<CredentialKind, unknown>;

export function CredentialsCard({ asset }: { asset: Asset }) {
  // A technician may not list credentials, only see the accounts that sessions can use.
  const hidden = !may(asset.can, 'credential.read');
  const query = useCredentials(asset.id, !hidden);
  const [adding, setAdding] = useState(false);
  const add = (
    <AllowedButton allowed={allowed(asset.can, 'credential.create')} variant="outlined" size="small" startIcon={<AddOutlined />} onClick={() => setAdding(true)}>
      Add an account
    </AllowedButton>
  );
  const items = query.data?.items;
  return (
    <SectionCard title="Accounts" action={hidden ? undefined : add} padded={false}>
      {hidden && asset.accounts.map((account) => (
        <AccountLine key={account.credentialId} username={account.username} kind={account.kind}>
          <LevelChip level={account.accessLevel} />
        </AccountLine>
      ))}
      {!hidden && query.isPending && <Box sx={{ p: 4 }}><Skeleton variant="rounded" height={40} /></Box>}
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {items?.length === 0 && (
        <EmptyState dense title="No account is stored" action={undefined}>Sessions need an account on the machine. Add one for each level that technicians may have.</EmptyState>
      )}
      {items?.map((credential) => <CredentialLine key={credential.id} credential={credential} />)}
      <Typography variant="caption" component="p" color="textSecondary" sx={{ px: 4, py: 3, borderTop: 1, borderColor: 'neutral.4' }}>
        Secrets are sealed when they arrive and are opened only inside the gateway, for a session. Nobody can read them here, not even a super admin.
      </Typography>
      {adding && <AddCredentialDialog asset={asset} onClose={() => setAdding(false)} />}
    </SectionCard>
  );
}

function AccountLine({ username, kind, children, note }: { username: string; kind: CredentialKind; note?: ReactNode; children: ReactNode }) {
  const Icon = icons[kind];
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 3, rowGap: 2, px: 4, py: 3, borderBottom: 1, borderColor: 'neutral.4', '&:last-of-type': { borderBottom: 0 } }}>
      <Icon aria-hidden sx={{ color: 'neutral.8' }} />
      <Box sx={{ flex: '1 1 180px', minWidth: 0 }}>
        <Box className="mono" sx={{ fontSize: '0.875rem', fontWeight: 560, overflowWrap: 'anywhere' }}>{username}</Box>
        <Box sx={{ fontSize: '0.75rem', color: 'text.secondary', overflowWrap: 'anywhere' }}>{kindWords[kind]}{note}</Box>
      </Box>
      {children}
    </Box>
  );
}

function CredentialLine({ credential }: { credential: Credential }) {
  const toast = useToast();
  const remove = useDeleteCredential(credential.id);
  const [dialog, setDialog] = useState<'rotate' | 'delete' | null>(null);
  const close = () => setDialog(null);
  const since = <> · {credential.rotatedAt ? 'replaced' : 'added'} <RelativeTime at={credential.rotatedAt ?? credential.createdAt} />{credential.publicFingerprint ? <> · <span className="mono">{credential.publicFingerprint.slice(0, 23)}…</span></> : null}</>;
  return (
    <AccountLine username={credential.username} kind={credential.kind} note={since}>
      <LevelChip level={credential.accessLevel} />
      <Box sx={{ display: 'flex', gap: 1 }}>
        <AllowedButton allowed={allowed(credential.can, 'credential.rotate')} size="small" variant="text" onClick={() => setDialog('rotate')} aria-label={`Replace the secret of ${credential.username}`}>Replace</AllowedButton>
        <AllowedButton allowed={allowed(credential.can, 'credential.delete')} size="small" variant="text" color="error" onClick={() => setDialog('delete')} aria-label={`Remove ${credential.username}`}>Remove</AllowedButton>
      </Box>
      {dialog === 'rotate' && <RotateCredentialDialog credential={credential} onClose={close} />}
      {dialog === 'delete' && (
        <ConfirmDialog title={`Remove ${credential.username} from ${credential.assetName}?`} action="Remove" danger pending={remove.isPending} error={remove.error} onClose={close} onConfirm={() => remove.mutate(undefined, { onSuccess: () => { toast.done(`${credential.username} was removed.`); close(); } })}>
          The secret is destroyed here. The account on the machine stays as it is.
        </ConfirmDialog>
      )}
    </AccountLine>
  );
}
