'use client';
// One person: who, in which role, and what can be done with the account.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Skeleton from '@mui/material/Skeleton';
import NextLink from 'next/link';
import { useState, type ReactNode } from 'react';
import type { User } from '@/shared/api/types';
import { roleHints, roleWords } from '@/shared/lib/words';
import { mayOpen } from '@/shared/frame/nav';
import { paths } from '@/shared/paths';
import { allowed } from '@/shared/session/can';
import { useSession } from '@/shared/session/SessionProvider';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { CopyButton } from '@/shared/ui/CopyButton';
import { CustomerTag } from '@/shared/ui/CustomerTag';
import { DetailDrawer } from '@/shared/ui/DetailDrawer';
import { ErrorState } from '@/shared/ui/ErrorState';
import { Fact, Facts } from '@/shared/ui/Facts';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { StatusChip } from '@/shared/ui/StatusChip';
import { useToast } from '@/shared/ui/toast';
import { useCreateInvitation, useDeleteUser, useUpdateUser, useUser } from './api';
import { EditUserDialog } from './EditUserDialog';
import { InvitationLinkDialog } from './InviteDialog';
import { ResetFactors } from './ResetFactors';

interface Props {
  id: string | null;
  /** The row of the list, shown until the whole is there. */
  initial?: User;
  parts: (user: User) => ReactNode;
  onClose: () => void;
}

export function UserDrawer({ id, initial, parts, onClose }: Props) {
  const query = useUser(id);
  const user = query.data ?? initial;
  return (
    <DetailDrawer
      open={id !== null}
      onClose={onClose}
      title={user?.displayName ?? <Skeleton width={180} />}
      subtitle={user?.email}
      actions={user === undefined ? undefined : <UserActions user={user} onGone={onClose} />}
    >
      {user === undefined && query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {user !== undefined && (
        <Box sx={{ display: 'grid', gap: 5, gridTemplateColumns: 'minmax(0, 1fr)' }}>
          <UserFacts user={user} />
          {parts(user)}
        </Box>
      )}
    </DetailDrawer>
  );
}

function UserFacts({ user }: { user: User }) {
  const { profile } = useSession();
  return (
    <Facts>
      <Fact name="Organization">
        {user.organizationId === profile.organization.id ? user.organizationName : <CustomerTag id={user.organizationId} name={user.organizationName} link />}
      </Fact>
      <Fact name="Role">
        {roleWords[user.role]}. <span style={{ color: 'var(--sp-palette-text-secondary)' }}>{roleHints[user.role]}.</span>
      </Fact>
      <Fact name="Status"><StatusChip status={user.status} /></Fact>
      <Fact name="Second factor"><ResetFactors user={user} /></Fact>
      <Fact name="Last sign-in"><RelativeTime at={user.lastLoginAt} none="Never" /></Fact>
      <Fact name="Invited"><RelativeTime at={user.createdAt} /></Fact>
      <Fact name="Id">
        <span className="mono">{user.id}</span> <CopyButton text={user.id} what="id" />
      </Fact>
      {user.role === 'technician' && mayOpen(profile, paths.grants()) && (
        <Fact name="Access">
          <Link component={NextLink} href={paths.grants({ technicianId: user.id })} prefetch={false}>Customers this technician can reach</Link>
        </Fact>
      )}
      {mayOpen(profile, paths.personActivity(user.id)) && (
        <Fact name="Activity">
          <Link component={NextLink} href={paths.personActivity(user.id)} prefetch={false}>What this person did</Link>
        </Fact>
      )}
    </Facts>
  );
}

function UserActions({ user, onGone }: { user: User; onGone: () => void }) {
  const toast = useToast();
  const update = useUpdateUser(user);
  const remove = useDeleteUser(user);
  const invitation = useCreateInvitation();
  const [dialog, setDialog] = useState<'edit' | 'disable' | 'delete' | null>(null);
  const close = () => setDialog(null);
  const setStatus = (status: 'active' | 'disabled') =>
    update.mutate({ status }, {
      onSuccess: () => {
        close();
        toast.done(status === 'active' ? `${user.displayName} can sign in again.` : `${user.displayName} can no longer sign in.`);
      },
    });
  return (
    <>
      <AllowedButton allowed={allowed(user.can, 'user.update')} variant="outlined" onClick={() => setDialog('edit')}>Edit</AllowedButton>
      {user.status === 'invited' && (
        <Button variant="outlined" loading={invitation.isPending} onClick={() => invitation.mutate(user.id)}>New invitation link</Button>
      )}
      {user.status === 'active' && <AllowedButton allowed={allowed(user.can, 'user.disable')} variant="outlined" onClick={() => setDialog('disable')}>Disable</AllowedButton>}
      {user.status === 'disabled' && <AllowedButton allowed={allowed(user.can, 'user.enable')} variant="outlined" loading={update.isPending} onClick={() => setStatus('active')}>Enable</AllowedButton>}
      <AllowedButton allowed={allowed(user.can, 'user.delete')} color="error" variant="text" sx={{ ml: 'auto' }} onClick={() => setDialog('delete')}>Remove</AllowedButton>
      {dialog === 'edit' && <EditUserDialog user={user} onClose={close} />}
      {dialog === 'disable' && (
        <ConfirmDialog title={`Disable ${user.displayName}?`} action="Disable" danger pending={update.isPending} error={update.error} onClose={close} onConfirm={() => setStatus('disabled')}>
          They are signed out everywhere at once, and their live sessions end within a second. You can enable the account again.
        </ConfirmDialog>
      )}
      {dialog === 'delete' && (
        <ConfirmDialog
          title={`Remove ${user.displayName}?`}
          action="Remove"
          danger
          typedName={user.email}
          pending={remove.isPending}
          error={remove.error}
          onClose={close}
          onConfirm={() => remove.mutate(undefined, { onSuccess: () => { toast.done(`${user.displayName} was removed.`); onGone(); } })}
        >
          The account cannot sign in any more and its sessions end. What they did stays in the audit under their name.
        </ConfirmDialog>
      )}
      {invitation.data !== undefined && <InvitationLinkDialog invitation={invitation.data} onClose={() => invitation.reset()} />}
    </>
  );
}
