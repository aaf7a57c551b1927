'use client';
// People as a list, of one organization or of all; the detail opens beside it.
import PersonAddAltOutlined from '@mui/icons-material/PersonAddAltOutlined';
import BadgeOutlined from '@mui/icons-material/BadgeOutlined';
import Box from '@mui/material/Box';
import { useState, type ReactNode } from 'react';
import { useCustomerOptions } from '@/shared/api/lookups';
import type { User, Can } from '@/shared/api/types';
import { useCommand } from '@/shared/frame/useCommand';
import { customerRoles, providerRoles, roleWords, statusWords } from '@/shared/lib/words';
import { allowed, may } from '@/shared/session/can';
import { useSession } from '@/shared/session/SessionProvider';
import { DataTable } from '@/shared/table/DataTable';
import type { Column, Filter } from '@/shared/table/types';
import { useListState } from '@/shared/table/useListState';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { CustomerTag } from '@/shared/ui/CustomerTag';
import { EmptyState } from '@/shared/ui/EmptyState';
import { PersonAvatar } from '@/shared/ui/PersonAvatar';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { StatusChip } from '@/shared/ui/StatusChip';
import { useUsers } from './api';
import { InviteDialog } from './InviteDialog';
import { RestoreUser } from './RestoreUser';
import { UserDrawer } from './UserDrawer';

interface Props {
  /** Only this organization's people. */
  organization?: { id: string; name: string; can: Can };
  /** What other features say of a person, beside the list. */
  parts: (user: User) => ReactNode;
}

export function UsersTable({ organization, parts }: Props) {
  const { profile, isProvider } = useSession();
  const across = organization === undefined && isProvider;
  const state = useListState({ sort: 'displayName', filters: across ? ['organizationId', 'role', 'status'] : ['role', 'status'] });
  const query = useUsers({ ...state.query, ...(organization === undefined ? {} : { organizationId: organization.id }) });
  const customers = useCustomerOptions(across);
  const [inviting, setInviting] = useCommand('invite');
  const [restoring, setRestoring] = useState<User>();
  const roles = across ? [...providerRoles, ...customerRoles] : organization?.id === profile.organization.id && isProvider ? providerRoles : customerRoles;
  const removed = state.filters.status === 'deleted';
  const statuses = ['active', 'invited', 'disabled', ...(may(profile.can, 'user.restore') ? (['deleted'] as const) : [])] as const;
  const mayInvite = allowed((organization ?? profile).can, 'user.create');
  const invite = (
    <AllowedButton allowed={mayInvite} variant="contained" startIcon={<PersonAddAltOutlined />} onClick={() => setInviting(true)}>
      Invite a person
    </AllowedButton>
  );
  const filters: Filter[] = [
    ...(across ? [{ key: 'organizationId', label: 'Organization', options: [{ value: profile.organization.id, label: profile.organization.name }, ...customers] }] : []),
    { key: 'role', label: 'Role', options: roles.map((role) => ({ value: role, label: roleWords[role] })) },
    { key: 'status', label: 'Status', options: statuses.map((status) => ({ value: status, label: statusWords[status] })) },
  ];
  return (
    <>
      <DataTable
        label="People"
        columns={columns(across, profile.organization.id, removed ? setRestoring : undefined)}
        rowKey={(user) => user.id}
        query={query}
        state={state}
        filters={filters}
        searchLabel="Search by name or email"
        onOpen={removed ? undefined : (user) => state.setOpen(user.id)}
        end={invite}
        empty={<EmptyState icon={<BadgeOutlined />} title="Nobody here yet" action={invite}>Invite the first person. They set their own password with a link that works once.</EmptyState>}
      />
      <UserDrawer key={state.open} id={state.open} initial={query.data?.items.find((user) => user.id === state.open)} parts={parts} onClose={() => state.setOpen(null)} />
      {inviting && mayInvite === true && <InviteDialog organization={organization ?? (isProvider ? undefined : profile.organization)} onClose={() => setInviting(false)} />}
      {restoring !== undefined && <RestoreUser user={restoring} onClose={() => setRestoring(undefined)} />}
    </>
  );
}

function columns(across: boolean, ownId: string, restore?: (user: User) => void): Column<User>[] {
  return [
    {
      id: 'name', header: 'Name', sort: 'displayName',
      cell: (user) => (
        <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 2.5, minWidth: 0, maxWidth: '100%' }}>
          <PersonAvatar name={user.displayName} />
          <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>{user.displayName}</Box>
        </Box>
      ),
    },
    { id: 'email', header: 'Email', sort: 'email', from: 'md', cell: (user) => user.email },
    ...(across
      ? [{ id: 'organization', header: 'Organization', sort: 'organizationName', cell: (user: User) => (user.organizationId === ownId ? user.organizationName : <CustomerTag id={user.organizationId} name={user.organizationName} link />) }]
      : []),
    { id: 'role', header: 'Role', sort: 'role', cell: (user) => roleWords[user.role] },
    { id: 'status', header: 'Status', sort: 'status', phone: 'aside', cell: (user) => <StatusChip status={user.status} /> },
    { id: 'seen', header: 'Last sign-in', sort: 'lastLoginAt', from: 'lg', cell: (user) => <RelativeTime at={user.lastLoginAt} none="Never" /> },
    ...(restore === undefined ? [] : [{
      id: 'restore', header: 'Restore', align: 'right' as const,
      cell: (user: User) => <AllowedButton allowed={allowed(user.can, 'user.restore')} size="small" variant="outlined" aria-label={`Restore… ${user.displayName}`} onClick={() => restore(user)}>Restore…</AllowedButton>,
    }]),
  ];
}
