'use client';
// How the people of one's own organization sign in. What stands on it comes from the features that own it.
import Skeleton from '@mui/material/Skeleton';
import type { ReactNode } from 'react';
import type { Organization } from '@/shared/api/types';
import { useSession } from '@/shared/session/SessionProvider';
import { ErrorState } from '@/shared/ui/ErrorState';
import { PageHeader } from '@/shared/ui/PageHeader';
import { useOrganization } from './api';

export function SecurityScreen({ content }: { content: (organization: Organization) => ReactNode }) {
  const { profile } = useSession();
  const query = useOrganization(profile.organization.id);
  return (
    <>
      <PageHeader title="Sign-in and SSO" intro={`How the people of ${profile.organization.name} prove who they are, and what came of it.`} />
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton variant="rounded" height={320} />}
      {query.data !== undefined && content(query.data)}
    </>
  );
}
