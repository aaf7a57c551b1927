'use client';
// Where the log is forwarded to, and how it goes there.
import SendOutlined from '@mui/icons-material/SendOutlined';
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import { useState } from 'react';
import { useCrumbs } from '@/shared/frame/Crumbs';
import { useCommand } from '@/shared/frame/useCommand';
import { allowed } from '@/shared/session/can';
import { useSession } from '@/shared/session/SessionProvider';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { PageHeader } from '@/shared/ui/PageHeader';
import { ShownOnceDialog } from '@/shared/ui/ShownOnceDialog';
import { useDestinations } from './api';
import { DestinationCard } from './DestinationCard';
import { AddDestinationDialog } from './DestinationDialog';

export function DestinationsScreen() {
  const { profile, isProvider } = useSession();
  const query = useDestinations();
  const [adding, setAdding] = useCommand('add');
  const [made, setMade] = useState<{ name: string; secret: string } | null>(null);
  useCrumbs([{ label: 'Forwarding' }]);
  const mayAdd = allowed(profile.can, 'audit_destination.update');
  const add = <AllowedButton allowed={mayAdd} variant="contained" startIcon={<SendOutlined />} onClick={() => setAdding(true)}>Forward the log</AllowedButton>;
  const show = (name: string, secret: string) => setMade({ name, secret });
  const list = query.data?.items;
  return (
    <>
      <PageHeader title="Forwarding" intro={isProvider ? 'Receivers that get the sealed log as it grows: a SIEM by syslog, or any other program as a webhook.' : `Receivers of ${profile.organization.name} that get your log as it grows: a SIEM by syslog, or any other program as a webhook.`} actions={list !== undefined && list.length > 0 ? add : undefined} />
      {list === undefined && query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {list === undefined && !query.isError && <Skeleton variant="rounded" height={240} />}
      {list?.length === 0 && <Box sx={{ border: 1, borderColor: 'neutral.5', borderRadius: '8px' }}><EmptyState icon={<SendOutlined />} title="The log goes nowhere else" action={add}>Every event is delivered after it is sealed, at least once and in its order, also after an outage.</EmptyState></Box>}
      {list !== undefined && list.length > 0 && <Box sx={{ display: 'grid', gap: 5, gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 1fr) minmax(0, 1fr)' }, alignItems: 'start' }}>{list.map((destination) => <DestinationCard key={destination.id} destination={destination} onSecret={show} />)}</Box>}
      {adding && mayAdd === true && <AddDestinationDialog onMade={show} onClose={() => setAdding(false)} />}
      {made !== null && (
        <ShownOnceDialog title={`The secret of ${made.name}`} what="secret" secret={made.secret} intro="Enter it where the deliveries arrive: the header Sallyport-Signature has t and v1, the HMAC-SHA-256 over t, a dot and the body." lost="It is not shown again. If it is lost, make a new one." onDone={() => setMade(null)} />
      )}
    </>
  );
}
