'use client';
// The identity providers of an organization, each with its state and what is still to do.
import AddOutlined from '@mui/icons-material/AddOutlined';
import HubOutlined from '@mui/icons-material/HubOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { paths } from '@/shared/paths';
import { allowed, type Allowed } from '@/shared/session/can';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { SectionCard } from '@/shared/ui/SectionCard';
import { StatusChip } from '@/shared/ui/StatusChip';
import { useConnections, type SsoConnection } from './api';
import { DeleteConnection } from './DeleteConnection';
import { SwitchConnection } from './SwitchConnection';
import { productWords, protocolWords } from './words';

export function ConnectionsCard({ organizationId, may }: { organizationId: string; may: Allowed }) {
  const query = useConnections(organizationId);
  const router = useRouter();
  const add = () => router.push(paths.ssoSetup({ organizationId }));
  const connections = query.data;
  return (
    <SectionCard
      title="Identity providers"
      padded={false}
      action={connections !== undefined && connections.length > 0 && <AllowedButton allowed={may} size="small" variant="outlined" startIcon={<AddOutlined />} aria-label="Add an identity provider" onClick={add}>Add</AllowedButton>}
    >
      {query.isPending && <Box sx={{ p: 4 }}><Skeleton variant="rounded" height={56} /></Box>}
      {query.isError && <ErrorState dense error={query.error} onRetry={() => void query.refetch()} />}
      {connections?.length === 0 && (
        <EmptyState dense icon={<HubOutlined />} title="Nobody signs in by an identity provider yet" action={<AllowedButton allowed={may} variant="contained" onClick={add}>Set up single sign-on</AllowedButton>}>
          With Entra ID, Google, Okta, Keycloak or another one your people use the account that they have already, and who leaves there leaves here.
        </EmptyState>
      )}
      {connections !== undefined && connections.length > 0 && (
        <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
          {connections.map((connection) => <ConnectionLine key={connection.id} connection={connection} />)}
        </Box>
      )}
    </SectionCard>
  );
}

function ConnectionLine({ connection }: { connection: SsoConnection }) {
  const [asking, setAsking] = useState<'switch' | 'delete' | null>(null);
  const may = allowed(connection.can, 'sso.update');
  const { state, name, tested } = connection;
  return (
    <Box component="li" sx={{ px: 4, py: 3, borderTop: 1, borderColor: 'neutral.4', '&:first-of-type': { borderTop: 0 } }}>
      <Box sx={{ display: 'flex', alignItems: 'flex-start', gap: 4 }}>
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <Box sx={{ fontSize: '0.875rem', fontWeight: 560, overflowWrap: 'anywhere' }}>{name}</Box>
          <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary', overflowWrap: 'anywhere' }}>
            {productWords[connection.profile]} by {protocolWords[connection.protocol]}
          </Box>
        </Box>
        <Box sx={{ fontSize: '0.8125rem' }}><StatusChip status={state} /></Box>
      </Box>
      <Box sx={{ mt: 1, fontSize: '0.8125rem', color: !tested && state !== 'draft' ? 'severity.high.text' : 'text.secondary' }}>
        <Tested connection={connection} />
      </Box>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, mt: 2.5 }}>
        <Button component={Link} href={paths.ssoSetup({ id: connection.id })} prefetch={false} size="small" variant={state === 'draft' ? 'contained' : 'outlined'} aria-label={`${state === 'draft' ? 'Continue the set-up of' : 'Open'} ${name}`}>
          {state === 'draft' ? 'Continue the set-up' : 'Open'}
        </Button>
        {state !== 'draft' && (
          <AllowedButton allowed={may === true && state === 'off' && !tested ? 'It was changed since its last test. Open it and test it first.' : may} size="small" variant="outlined" aria-label={`Switch ${name} ${state === 'active' ? 'off' : 'on'}`} onClick={() => setAsking('switch')}>
            {state === 'active' ? 'Switch off…' : 'Switch on…'}
          </AllowedButton>
        )}
        <AllowedButton allowed={may} size="small" variant="text" color="error" aria-label={`Remove ${name}`} onClick={() => setAsking('delete')}>Remove…</AllowedButton>
      </Box>
      {asking === 'switch' && <SwitchConnection connection={connection} onClose={() => setAsking(null)} />}
      {asking === 'delete' && <DeleteConnection connection={connection} onClose={() => setAsking(null)} />}
    </Box>
  );
}

function Tested({ connection: { lastTest, tested } }: { connection: SsoConnection }) {
  if (lastTest === null || lastTest === undefined) return <>Not tested yet</>;
  if (!lastTest.passed) return <>The test failed <RelativeTime at={lastTest.at} /></>;
  return tested ? <>Tested <RelativeTime at={lastTest.at} /></> : <>Changed since its test: test it again</>;
}
