'use client';
// The mail domains of an organization, each with the DNS record that proves it.
import AddOutlined from '@mui/icons-material/AddOutlined';
import DnsOutlined from '@mui/icons-material/DnsOutlined';
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import { useState } from 'react';
import type { Allowed } from '@/shared/session/can';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { SectionCard } from '@/shared/ui/SectionCard';
import { useDomains } from './api';
import { AddDomainDialog } from './AddDomainDialog';
import { DomainLine } from './DomainLine';

export function DomainsCard({ organizationId, may }: { organizationId: string; may: Allowed }) {
  const query = useDomains(organizationId);
  const [adding, setAdding] = useState(false);
  const domains = query.data;
  const add = (variant: 'outlined' | 'contained', small: boolean) => (
    <AllowedButton allowed={may} size={small ? 'small' : 'medium'} variant={variant} startIcon={<AddOutlined />} onClick={() => setAdding(true)}>{small ? 'Add' : 'Add a mail domain'}</AllowedButton>
  );
  return (
    <SectionCard title="Mail domains" padded={false} action={domains !== undefined && domains.length > 0 && add('outlined', true)}>
      {query.isPending && <Box sx={{ p: 4 }}><Skeleton variant="rounded" height={56} /></Box>}
      {query.isError && <ErrorState dense error={query.error} onRetry={() => void query.refetch()} />}
      {domains?.length === 0 && (
        <EmptyState dense icon={<DnsOutlined />} title="No mail domain is proven yet" action={add('outlined', false)}>
          What stands behind the @ decides whom your identity provider may bring in, and who is offered it at the sign-in. A record in your DNS proves that it is yours.
        </EmptyState>
      )}
      {domains !== undefined && domains.length > 0 && (
        <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
          {domains.map((domain) => <DomainLine key={domain.id} domain={domain} may={may} />)}
        </Box>
      )}
      {adding && <AddDomainDialog organizationId={organizationId} onClose={() => setAdding(false)} />}
    </SectionCard>
  );
}
