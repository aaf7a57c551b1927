'use client';
import { AssetsTable } from '@/features/assets/AssetsTable';
import { AuditTable } from '@/features/audit/AuditTable';
import { GrantsTable } from '@/features/grants/GrantsTable';
import { OrganizationScreen, type OrganizationTab } from '@/features/organizations/OrganizationScreen';
import { UsersTable } from '@/features/users/UsersTable';
import { VisitsTable } from '@/features/visits/VisitsTable';
import { organizationSecurity } from '../../organizationSecurity';
import { personParts } from '../../personParts';

const tabs: readonly OrganizationTab[] = [
  { key: 'people', label: 'People', needs: 'user.list', content: (organization) => <UsersTable organization={organization} parts={personParts} /> },
  { key: 'machines', label: 'Machines', needs: 'asset.read', content: (organization) => <AssetsTable organization={organization} /> },
  { key: 'access', label: 'Access', needs: 'grant.read', content: (organization) => <GrantsTable organization={organization} /> },
  { key: 'sessions', label: 'Sessions', needs: 'session.read', content: (organization) => <VisitsTable organization={organization} /> },
  { key: 'security', label: 'Sign-in and SSO', needs: 'sso.read', content: organizationSecurity },
  { key: 'activity', label: 'Activity', needs: 'audit.read', content: (organization) => <AuditTable organization={organization} /> },
];

export default function Page() {
  return <OrganizationScreen tabs={tabs} />;
}
