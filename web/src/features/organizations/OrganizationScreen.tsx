'use client';
// One organization on a page. What its tabs hold comes from the features that own it.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import { useTheme } from '@mui/material/styles';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import Link from 'next/link';
import { useSearchParams } from 'next/navigation';
import { useState, type ReactNode } from 'react';
import type { Organization } from '@/shared/api/types';
import { useCrumbs } from '@/shared/frame/Crumbs';
import { plural } from '@/shared/lib/time';
import { paths } from '@/shared/paths';
import type { Action } from '@/shared/session/actions';
import { allowed, may } from '@/shared/session/can';
import { useSession } from '@/shared/session/SessionProvider';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { customerColor } from '@/shared/ui/CustomerTag';
import { ErrorState } from '@/shared/ui/ErrorState';
import { PageHeader } from '@/shared/ui/PageHeader';
import { StatusChip } from '@/shared/ui/StatusChip';
import { useOrganization } from './api';
import { OrganizationDialog } from './OrganizationDialog';
import { OrganizationSettings } from './OrganizationSettings';

export interface OrganizationTab {
  key: string;
  label: string;
  /** Who may not read it does not have the tab. */
  needs: Action;
  content: (organization: Organization) => ReactNode;
}

export function OrganizationScreen({ tabs }: { tabs: readonly OrganizationTab[] }) {
  const theme = useTheme();
  const { profile } = useSession();
  const params = useSearchParams();
  const query = useOrganization(params.get('id') ?? '');
  const organization = query.data;
  useCrumbs([organization && { label: organization.name, customerId: organization.id }]);
  const [editing, setEditing] = useState(false);
  const all: readonly OrganizationTab[] = [...tabs.filter(({ needs }) => may(profile.can, needs)), { key: 'settings', label: 'Settings', needs: 'organization.read', content: (each) => <OrganizationSettings organization={each} /> }];
  const tab = all.find((each) => each.key === params.get('tab')) ?? all[0];

  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (organization === undefined) return <Skeleton variant="rounded" width={280} height={28} />;
  return (
    <>
      <PageHeader
        title={organization.name}
        heading={<Box component="span" sx={{ '&::before': { content: '""', display: 'inline-block', width: 14, height: 14, borderRadius: '4px', mr: 2.5, backgroundColor: 'currentColor', ...customerColor(theme, organization.id) } }}>{organization.name}</Box>}
        intro={
          <Box component="span" sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 4, rowGap: 1 }}>
            <StatusChip status={organization.status} />
            <span>{plural(organization.counts.users, 'person', 'people')}</span>
            <span>{plural(organization.counts.assets, 'machine')}</span>
            <span>{plural(organization.counts.activeGrants, 'active grant')}</span>
            <span>{plural(organization.counts.liveSessions, 'live session')}</span>
          </Box>
        }
        actions={
          <>
            {unfinished(organization) && <Button variant="contained" component={Link} href={paths.onboarding(organization.id)} prefetch={false}>Continue onboarding</Button>}
            <AllowedButton allowed={allowed(organization.can, 'organization.update')} variant="outlined" onClick={() => setEditing(true)}>Edit</AllowedButton>
          </>
        }
      />
      <Tabs value={tab?.key} variant="scrollable" scrollButtons="auto" allowScrollButtonsMobile aria-label={`Parts of ${organization.name}`} sx={{ mb: 5 }}>
        {all.map(({ key, label }) => (
          <Tab key={key} value={key} label={label} id={`tab-${key}`} aria-controls="tab-panel" component={Link} href={paths.organization(organization.id, key)} prefetch={false} replace scroll={false} />
        ))}
      </Tabs>
      <Box role="tabpanel" id="tab-panel" aria-labelledby={`tab-${tab?.key ?? ''}`} key={tab?.key}>{tab?.content(organization)}</Box>
      {editing && <OrganizationDialog organization={organization} onClose={() => setEditing(false)} />}
    </>
  );
}

/** A customer that lacks people, machines or technicians, for whoever may add them. */
function unfinished({ type, status, counts, can }: Organization): boolean {
  return type === 'customer' && status === 'active' && Math.min(counts.users, counts.assets, counts.activeGrants) === 0 && may(can, 'user.create') && may(can, 'grant.create');
}
