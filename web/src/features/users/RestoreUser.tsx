'use client';
// Brings a removed person back. In the list of the removed each row has it.
import { useState } from 'react';
import type { User } from '@/shared/api/types';
import { allowed } from '@/shared/session/can';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { useToast } from '@/shared/ui/toast';
import { useRestoreUser } from './api';

export function RestoreUser({ user }: { user: User }) {
  const toast = useToast();
  const restore = useRestoreUser(user);
  const [asking, setAsking] = useState(false);
  const name = user.displayName;
  const close = () => {
    setAsking(false);
    restore.reset();
  };
  return (
    <>
      <AllowedButton allowed={allowed(user.can, 'user.restore')} size="small" variant="outlined" aria-label={`Restore… ${name}`} onClick={() => setAsking(true)}>Restore…</AllowedButton>
      {asking && (
        <ConfirmDialog
          title={`Restore ${name}?`}
          action="Restore"
          pending={restore.isPending}
          error={restore.error}
          onClose={close}
          onConfirm={() => restore.mutate(undefined, { onSuccess: () => { toast.done(`${name} is back as invited. Send a new invitation link.`); close(); } })}
        >
          The account comes back as invited, with its name, address and role; a new invitation link lets the person in. What does not come back: the password, second factors and passkeys, sign-ins, API tokens, links to an identity provider, the place in a directory and its groups{user.role === 'technician' ? ', and access to customers, which is granted anew' : ''}.
        </ConfirmDialog>
      )}
    </>
  );
}
