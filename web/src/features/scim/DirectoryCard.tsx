'use client';
// The directory of an organization: where it comes to, and the tokens that it comes by.
import AddOutlined from '@mui/icons-material/AddOutlined';
import ContactsOutlined from '@mui/icons-material/ContactsOutlined';
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import { useState } from 'react';
import { allowed } from '@/shared/session/can';
import { useSession } from '@/shared/session/SessionProvider';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { CardLine, CardList } from '@/shared/ui/CardLine';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { CopyField } from '@/shared/ui/CopyField';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { SectionCard } from '@/shared/ui/SectionCard';
import { useToast } from '@/shared/ui/toast';
import { useDirectoryTokens, useRevokeDirectoryToken, type DirectoryToken } from './api';
import { NewDirectoryTokenDialog } from './NewDirectoryTokenDialog';

export function DirectoryCard({ organizationId }: { organizationId: string }) {
  const query = useDirectoryTokens(organizationId);
  const [making, setMaking] = useState(false);
  const { profile } = useSession();
  const known = query.data;
  const may = allowed(profile.can, 'directory_token.create');
  // The same for each of them.
  const address = known?.items[0]?.scimUrl;
  return (
    <SectionCard
      title="Directory (SCIM)"
      padded={false}
      action={known !== undefined && known.items.length > 0 && <AllowedButton allowed={may} size="small" variant="outlined" startIcon={<AddOutlined />} aria-label="Add a directory token" onClick={() => setMaking(true)}>Add</AllowedButton>}
    >
      {query.isPending && <Box sx={{ p: 4 }}><Skeleton variant="rounded" height={96} /></Box>}
      {query.isError && <ErrorState dense error={query.error} onRetry={() => void query.refetch()} />}
      {known?.items.length === 0 && (
        <EmptyState dense icon={<ContactsOutlined />} title="No directory keeps the people here" action={<AllowedButton allowed={may} variant="outlined" onClick={() => setMaking(true)}>Connect a directory</AllowedButton>}>
          Entra ID, Okta or another directory can bring people and groups by itself, and take them away: who leaves there is gone here within a second.
        </EmptyState>
      )}
      {known !== undefined && address !== undefined && (
        <>
          <Box sx={{ p: 4, borderBottom: 1, borderColor: 'neutral.4' }}>
            <CopyField label="SCIM address (Tenant URL in Entra, base URL in Okta)" what="SCIM address" text={address} />
          </Box>
          <CardList label="Directory tokens">
            {known.items.map((token) => <Line key={token.id} token={token} />)}
          </CardList>
        </>
      )}
      {making && <NewDirectoryTokenDialog organizationId={organizationId} onClose={() => setMaking(false)} />}
    </SectionCard>
  );
}

function Line({ token }: { token: DirectoryToken }) {
  const toast = useToast();
  const revoke = useRevokeDirectoryToken();
  const [asking, setAsking] = useState(false);
  const { id, name, connectionName, createdBy, createdAt, expiresAt, lastUsedAt, lastUsedIp } = token;
  return (
    <CardLine
      icon={<ContactsOutlined />}
      title={name}
      action={<AllowedButton allowed={allowed(token.can, 'directory_token.revoke')} size="small" variant="outlined" aria-label={`Revoke ${name}`} onClick={() => { revoke.reset(); setAsking(true); }}>Revoke…</AllowedButton>}
    >
      <div>{connectionName == null ? 'Everybody gets the lowest role' : <>Groups give roles as in {connectionName}</>}</div>
      <div>
        {lastUsedAt == null ? 'The directory has not come yet' : <>Last came <RelativeTime at={lastUsedAt} />{lastUsedIp == null ? '' : <> from <span className="mono">{lastUsedIp}</span></>}</>} · ends <RelativeTime at={expiresAt} ahead /> · made <RelativeTime at={createdAt} /> by {createdBy}
      </div>
      {asking && (
        <ConfirmDialog
          title={`Revoke “${name}”?`}
          action="Revoke"
          danger
          pending={revoke.isPending}
          error={revoke.error}
          onClose={() => setAsking(false)}
          onConfirm={() => revoke.mutate(id, { onSuccess: () => { setAsking(false); toast.done(`${name} is revoked.`); } })}
        >
          The directory is refused from its next request on. The people whom it brought stay as they are: from then on, whoever leaves there has to be removed here by hand.
        </ConfirmDialog>
      )}
    </CardLine>
  );
}
