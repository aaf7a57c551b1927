'use client';
// Brings a removed person back. Asked for by a row of the list of the removed, which goes when it is done.
import type { User } from '@/shared/api/types';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { useToast } from '@/shared/ui/toast';
import { useRestoreUser } from './api';

export function RestoreUser({ user, onClose }: { user: User; onClose: () => void }) {
  const toast = useToast();
  const restore = useRestoreUser(user);
  const name = user.displayName;
  return (
    <ConfirmDialog
      title={`Restore ${name}?`}
      action="Restore"
      pending={restore.isPending}
      error={restore.error}
      onClose={onClose}
      onConfirm={() => restore.mutate(undefined, { onSuccess: () => { toast.done(`${name} is back as invited. Send a new invitation link.`); onClose(); } })}
    >
      The account comes back as invited, with its name, address and role; a new invitation link lets the person in. What does not come back: the password, second factors and passkeys, sign-ins, API tokens, links to an identity provider, the place in a directory and its groups{user.role === 'technician' ? ', and access to customers, which is granted anew' : ''}.
    </ConfirmDialog>
  );
}
