'use client';
// How far a log is signed, and all that one needs to verify it without us: our key, the log itself, what to keep. For super
// admins also what is held, removed and erased.
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import { useCustomerOptions } from '@/shared/api/lookups';
import { useCrumbs } from '@/shared/frame/Crumbs';
import { may } from '@/shared/session/can';
import { useSession } from '@/shared/session/SessionProvider';
import { useListState } from '@/shared/table/useListState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { SelectInput } from '@/shared/ui/form';
import { PageHeader } from '@/shared/ui/PageHeader';
import { useAuditCheckpoint, useAuditKeys } from './api';
import { CheckpointCard } from './CheckpointCard';
import { KeepCard } from './KeepCard';
import { OfflineCard } from './OfflineCard';
import { PublicKeyCard } from './PublicKeyCard';

export function SealedLogScreen() {
  const { profile, isProvider } = useSession();
  const state = useListState({ filters: ['organizationId'] });
  const organizationId = (isProvider ? state.filters.organizationId : undefined) ?? profile.organization.id;
  const customers = useCustomerOptions(isProvider);
  const options = [{ value: profile.organization.id, label: profile.organization.name, hint: 'The provider' }, ...customers];
  const name = options.find(({ value }) => value === organizationId)?.label ?? 'this organization';
  const checkpoint = useAuditCheckpoint(organizationId);
  const keys = useAuditKeys();
  const error = checkpoint.error ?? keys.error;
  useCrumbs([{ label: 'Verify the log' }, organizationId === profile.organization.id ? undefined : { label: name, customerId: organizationId }]);
  return (
    <>
      <PageHeader
        title="Verify the log"
        intro="Every entry is sealed into a tree of hashes whose root is signed, about once a second. Who keeps one signed root can prove for ever if an entry before it was changed, removed, added or moved, and needs no trust in this platform for it."
        actions={isProvider && <Box sx={{ width: { xs: '100%', sm: 260 } }}><SelectInput label="Whose log" value={options.some(({ value }) => value === organizationId) ? organizationId : ''} onChange={(id) => state.setFilter('organizationId', id === profile.organization.id ? null : id)} options={options} /></Box>}
      />
      {error !== null && <ErrorState error={error} onRetry={() => { void checkpoint.refetch(); void keys.refetch(); }} />}
      {error === null && (checkpoint.data === undefined || keys.data === undefined) && <Skeleton variant="rounded" height={420} />}
      {error === null && checkpoint.data !== undefined && keys.data !== undefined && (
        <Box key={organizationId} sx={{ display: 'grid', gap: 5, gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 1fr) minmax(0, 1fr)' }, alignItems: 'start' }}>
          <Box sx={{ display: 'grid', gap: 5, gridTemplateColumns: 'minmax(0, 1fr)' }}>
            <CheckpointCard checkpoint={checkpoint.data} name={name} onReload={() => void checkpoint.refetch()} loading={checkpoint.isFetching} />
            <PublicKeyCard keys={keys.data.items} />
          </Box>
          <Box sx={{ display: 'grid', gap: 5, gridTemplateColumns: 'minmax(0, 1fr)' }}>
            <OfflineCard checkpoint={checkpoint.data} name={name} keys={keys.data.items} />
            {may(profile.can, 'audit.hold') && <KeepCard checkpoint={checkpoint.data} name={name} />}
          </Box>
        </Box>
      )}
    </>
  );
}
