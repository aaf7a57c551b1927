'use client';
// One machine on a page: what it is, whether it is the one we mean (host key), and its accounts.
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import { useRouter, useSearchParams } from 'next/navigation';
import { useState, type ReactNode } from 'react';
import type { Asset } from '@/shared/api/types';
import { useCrumbs } from '@/shared/frame/Crumbs';
import { plural } from '@/shared/lib/time';
import { paths } from '@/shared/paths';
import { allowed, may } from '@/shared/session/can';
import { useSession } from '@/shared/session/SessionProvider';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { ConnectButton } from '@/shared/ui/ConnectButton';
import { CopyButton } from '@/shared/ui/CopyButton';
import { CustomerTag } from '@/shared/ui/CustomerTag';
import { ErrorState } from '@/shared/ui/ErrorState';
import { Fact, Facts } from '@/shared/ui/Facts';
import { PageHeader } from '@/shared/ui/PageHeader';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { SectionCard } from '@/shared/ui/SectionCard';
import { Tags } from '@/shared/ui/Tags';
import { useToast } from '@/shared/ui/toast';
import { useAsset, useDeleteAsset } from './api';
import { AssetDialog } from './AssetDialog';
import { HostKeyCard } from './HostKeyCard';

/** `accounts` comes from the feature that owns credentials. */
export function AssetScreen({ accounts }: { accounts: (asset: Asset) => ReactNode }) {
  const query = useAsset(useSearchParams().get('id') ?? '');
  const asset = query.data;
  useCrumbs([asset && { label: asset.organizationName, customerId: asset.organizationId }, asset && { label: asset.name }]);
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (asset === undefined) return <Skeleton variant="rounded" width={280} height={28} />;
  return (
    <>
      <PageHeader title={asset.name} intro={<CustomerTag id={asset.organizationId} name={asset.organizationName} link />} actions={<AssetActions asset={asset} />} />
      <Box sx={{ display: 'grid', gap: 5, gridTemplateColumns: { lg: 'minmax(0, 5fr) minmax(0, 4fr)' }, alignItems: 'start' }}>
        <Box sx={{ display: 'grid', gap: 5, minWidth: 0 }}>
          {accounts(asset)}
          <HostKeyCard asset={asset} />
        </Box>
        <SectionCard title="About this machine">
          <Facts>
            <Fact name="Address"><span className="mono">{asset.address}:{asset.port}</span> <CopyButton what="address" text={`${asset.address}:${asset.port}`} /></Fact>
            <Fact name="Protocol">SSH</Fact>
            <Fact name="Tags">{asset.tags.length === 0 ? '–' : <Tags tags={asset.tags} />}</Fact>
            {asset.description !== '' && <Fact name="Description"><span style={{ whiteSpace: 'pre-wrap' }}>{asset.description}</span></Fact>}
            <Fact name="Sessions">{asset.liveSessions > 0 ? <>{plural(asset.liveSessions, 'session')} live now</> : <>Last <RelativeTime at={asset.lastSessionAt} none="never" /></>}</Fact>
            <Fact name="Changed"><RelativeTime at={asset.updatedAt} /></Fact>
            <Fact name="Added"><RelativeTime at={asset.createdAt} /></Fact>
          </Facts>
        </SectionCard>
      </Box>
    </>
  );
}

function AssetActions({ asset }: { asset: Asset }) {
  const { profile } = useSession();
  const router = useRouter();
  const toast = useToast();
  const remove = useDeleteAsset(asset.id);
  const [dialog, setDialog] = useState<'edit' | 'delete' | null>(null);
  const close = () => setDialog(null);
  return (
    <>
      <AllowedButton allowed={allowed(asset.can, 'asset.delete')} variant="text" color="error" onClick={() => setDialog('delete')}>Remove</AllowedButton>
      <AllowedButton allowed={allowed(asset.can, 'asset.update')} variant="outlined" onClick={() => setDialog('edit')}>Edit</AllowedButton>
      {may(profile.can, 'session.start') && <ConnectButton asset={asset} size="medium" variant="contained" />}
      {dialog === 'edit' && <AssetDialog asset={asset} onClose={close} />}
      {dialog === 'delete' && (
        <ConfirmDialog title={`Remove ${asset.name}?`} action="Remove" danger typedName={asset.name} pending={remove.isPending} error={remove.error} onClose={close} onConfirm={() => remove.mutate(undefined, { onSuccess: () => { toast.done(`${asset.name} was removed.`); router.push(paths.assets()); } })}>
          Its stored accounts are destroyed with it. Recordings and audit stay.
        </ConfirmDialog>
      )}
    </>
  );
}
