'use client';
// For a customer's admin: who of the provider may come in, and how that came to be.
import KeyOutlined from '@mui/icons-material/KeyOutlined';
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import Button from '@mui/material/Button';
import { useState } from 'react';
import { plural } from '@/shared/lib/time';
import { useSession } from '@/shared/session/SessionProvider';
import { CardLine, CardList } from '@/shared/ui/CardLine';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { HoursNote } from '@/shared/ui/HoursNote';
import { LevelChip } from '@/shared/ui/LevelChip';
import { PageHeader } from '@/shared/ui/PageHeader';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { SectionCard } from '@/shared/ui/SectionCard';
import { StatusChip } from '@/shared/ui/StatusChip';
import { TimeLeft } from '@/shared/ui/TimeLeft';
import { AccessHistory } from './AccessHistory';
import { useCustomerTechnicians } from './api';

const STEP = 20;

export function CustomerAccessScreen() {
  const { profile } = useSession();
  return (
    <>
      <PageHeader title="Access" intro={`Who of the provider may come in to ${profile.organization.name}, how far and until when, and every change of it.`} />
      <Box sx={{ display: 'grid', gap: 6, gridTemplateColumns: 'minmax(0, 1fr)' }}>
        <Technicians customerId={profile.organization.id} />
        <Box component="section" aria-labelledby="history-title">
          <Box component="h2" id="history-title" sx={{ fontSize: '0.9375rem', fontWeight: 620, m: 0, mb: 3 }}>History</Box>
          <AccessHistory organizationId={profile.organization.id} />
        </Box>
      </Box>
    </>
  );
}

function Technicians({ customerId }: { customerId: string }) {
  const [limit, setLimit] = useState(STEP);
  const query = useCustomerTechnicians(customerId, 1, limit);
  const list = query.data;
  return (
    <SectionCard title="Who may come in" note={list === undefined ? undefined : plural(list.total, 'technician')} padded={false}>
      {query.isError && list === undefined && <ErrorState dense error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Box sx={{ p: 4 }}><Skeleton variant="rounded" height={80} /></Box>}
      {list?.items.length === 0 && <EmptyState dense icon={<KeyOutlined />} title="Nobody of the provider may come in">When access is granted, you see it here at once, with the reason.</EmptyState>}
      {list !== undefined && list.items.length > 0 && (
        <CardList label="Technicians with access">
          {list.items.map(({ technicianId, technicianName, grants, lastUsedAt, useCount }) => (
            <CardLine key={technicianId} title={technicianName}>
              <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: '6px 14px', mt: 1 }}>
                {grants.map((grant) => (
                  <Box key={grant.id} component="span" sx={{ display: 'inline-flex', flexWrap: 'wrap', alignItems: 'center', gap: 2, color: 'text.primary' }}>
                    <LevelChip level={grant.accessLevel} />
                    {grant.status === 'active' ? <TimeLeft until={grant.expiresAt} none="Until revoked" /> : <StatusChip status={grant.status} />}
                    <HoursNote grant={grant} />
                  </Box>
                ))}
                <span>{useCount === 0 ? 'Was never here' : <>Here {plural(useCount, 'time')}, last <RelativeTime at={lastUsedAt} /></>}</span>
              </Box>
            </CardLine>
          ))}
        </CardList>
      )}
      {list !== undefined && list.items.length < list.total && <Button fullWidth variant="text" onClick={() => setLimit(limit + STEP * 4)} loading={query.isFetching}>Show more</Button>}
    </SectionCard>
  );
}
