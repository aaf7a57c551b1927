'use client';
// What a customer's admin decides for their own organization: the limits of every session, and who approves access. How its people sign in is a page of its own.
import Skeleton from '@mui/material/Skeleton';
import { useState } from 'react';
import { allowed } from '@/shared/session/can';
import { useSession } from '@/shared/session/SessionProvider';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { ErrorState } from '@/shared/ui/ErrorState';
import { PageHeader } from '@/shared/ui/PageHeader';
import { useOrganization } from './api';
import { OrganizationDialog } from './OrganizationDialog';
import { OrganizationSettings } from './OrganizationSettings';

export function OwnOrganizationScreen() {
  const { profile } = useSession();
  const query = useOrganization(profile.organization.id);
  const organization = query.data;
  const [editing, setEditing] = useState(false);
  return (
    <>
      <PageHeader
        title="Settings"
        intro={`The limits of every session on the machines of ${profile.organization.name}, and who approves access to them.`}
        actions={organization && <AllowedButton allowed={allowed(organization.can, 'organization.update')} variant="outlined" onClick={() => setEditing(true)}>Edit limits</AllowedButton>}
      />
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton variant="rounded" height={220} />}
      {organization !== undefined && <OrganizationSettings organization={organization} own />}
      {editing && organization !== undefined && <OrganizationDialog organization={organization} onClose={() => setEditing(false)} />}
    </>
  );
}
