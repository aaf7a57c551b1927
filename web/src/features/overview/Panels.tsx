'use client';
// The lists on the overview, each short, each leading to the whole.
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Skeleton from '@mui/material/Skeleton';
import type { UseQueryResult } from '@tanstack/react-query';
import NextLink from 'next/link';
import type { ReactNode } from 'react';
import type { List, Session } from '@/shared/api/types';
import { durationWords } from '@/shared/lib/time';
import { useNow } from '@/shared/lib/useNow';
import { lengthOf } from '@/shared/lib/visit';
import { paths } from '@/shared/paths';
import { CustomerTag } from '@/shared/ui/CustomerTag';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { LevelChip } from '@/shared/ui/LevelChip';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { SectionCard } from '@/shared/ui/SectionCard';
import { SeverityChip } from '@/shared/ui/SeverityChip';
import { StatusChip } from '@/shared/ui/StatusChip';
import { TimeLeft } from '@/shared/ui/TimeLeft';
import { useEndingGrants, useNotableEvents } from './api';

const SHOWN_GRANTS = 8;

function All({ href, children }: { href: string; children: string }) {
  return <Link component={NextLink} href={href} prefetch={false} sx={{ fontSize: '0.8125rem' }}>{children}</Link>;
}

function Line({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Box
      component={NextLink}
      href={href}
      prefetch={false}
      sx={{ display: 'flex', flexWrap: { xs: 'wrap', sm: 'nowrap' }, alignItems: 'center', columnGap: 3, rowGap: 1, px: 4, py: '9px', borderTop: 1, borderColor: 'neutral.4', color: 'text.primary', textDecoration: 'none', fontSize: '0.8125rem', outlineOffset: '-2px !important', '&:first-of-type': { borderTop: 0 }, '&:hover': { bgcolor: 'neutral.2' } }}
    >
      {children}
    </Box>
  );
}

interface RowsProps<T> {
  query: { data: readonly T[] | undefined; isError: boolean; error: unknown; refetch: () => unknown };
  empty: ReactNode;
  row: (item: T) => ReactNode;
}

function Rows<T>({ query, empty, row }: RowsProps<T>) {
  if (query.data === undefined && query.isError) return <ErrorState dense error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return <Box sx={{ p: 4, display: 'grid', gap: 3 }}>{[70, 55, 80].map((width) => <Skeleton key={width} variant="rounded" height={14} width={`${width}%`} />)}</Box>;
  if (query.data.length === 0) return empty;
  return query.data.map(row);
}

export function LiveNow({ query }: { query: UseQueryResult<List<Session>> }) {
  const now = useNow();
  return (
    <SectionCard title="Live now" action={<All href={paths.sessions({ status: 'live' })}>All live sessions</All>} padded={false}>
      <Rows
        query={{ ...query, data: query.data?.items }}
        empty={<EmptyState dense title="Nobody is in a customer’s network">Sessions show here while they run.</EmptyState>}
        row={(session) => (
          <Line key={session.id} href={paths.session(session.id)}>
            <Box component="span" sx={{ flex: '1 1 240px', minWidth: 0, overflowWrap: 'anywhere' }}>
              <Box component="span" sx={{ fontWeight: 580 }}>{session.technicianName}</Box> on <Box component="span" sx={{ fontWeight: 580 }}>{session.assetName}</Box>
            </Box>
            <CustomerTag id={session.organizationId} name={session.organizationName} />
            <LevelChip level={session.accessLevel} />
            <StatusChip status={session.status} />
            <Box component="span" className="tabular" sx={{ minWidth: 56, textAlign: { sm: 'right' }, color: 'text.secondary' }}>{durationWords(lengthOf(session, now))}</Box>
          </Line>
        )}
      />
    </SectionCard>
  );
}

export function EndingAccess() {
  const query = useEndingGrants();
  const ending = query.data?.items.filter((grant) => grant.expiresAt).slice(0, SHOWN_GRANTS);
  return (
    <SectionCard title="Access that ends next" action={<All href={paths.grants({ status: 'active' })}>All access</All>} padded={false}>
      <Rows
        query={{ ...query, data: ending }}
        empty={<EmptyState dense title="No access has an end">Access that is granted for a time shows here before it ends.</EmptyState>}
        row={(grant) => (
          <Line key={grant.id} href={paths.grants({ open: grant.id })}>
            <Box component="span" sx={{ flex: '1 0 110px', minWidth: 0, fontWeight: 580 }}>{grant.technicianName}</Box>
            <CustomerTag id={grant.customerOrgId} name={grant.customerOrgName} />
            <Box component="span" sx={{ minWidth: { sm: 92 }, textAlign: { sm: 'right' } }}><TimeLeft until={grant.expiresAt} /></Box>
          </Line>
        )}
      />
    </SectionCard>
  );
}

export function Notable() {
  const query = useNotableEvents(true);
  return (
    <SectionCard title="What stood out" note="High and critical risk, last 7 days" action={<All href={paths.audit()}>The whole audit</All>} padded={false}>
      <Rows
        query={query}
        empty={<EmptyState dense title="Nothing stood out">No event of high or critical risk in the last seven days.</EmptyState>}
        row={(event) => (
          <Line key={event.id} href={paths.audit({ open: event.id })}>
            <SeverityChip level={event.riskLevel} quiet />
            <Box component="span" sx={{ flex: '1 1 240px', minWidth: 0, overflowWrap: 'anywhere' }}>{event.sentence}</Box>
            <Box component="span" sx={{ color: 'text.secondary' }}><RelativeTime at={event.occurredAt} /></Box>
          </Line>
        )}
      />
    </SectionCard>
  );
}
