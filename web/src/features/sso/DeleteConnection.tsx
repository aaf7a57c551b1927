'use client';
// Removes a connection. The accounts that it made stay, but nobody is bound to it any more.
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { useToast } from '@/shared/ui/toast';
import { useDeleteConnection, type SsoConnection } from './api';

interface Props {
  connection: SsoConnection;
  onClose: () => void;
  onDeleted?: () => void;
}

export function DeleteConnection({ connection, onClose, onDeleted }: Props) {
  const toast = useToast();
  const remove = useDeleteConnection();
  const { id, name, state } = connection;
  const done = () => {
    toast.done(`${name} was removed.`);
    onClose();
    onDeleted?.();
  };
  return (
    <ConfirmDialog title={`Remove ${name}?`} action="Remove" danger typedName={state === 'draft' ? undefined : name} pending={remove.isPending} error={remove.error} onClose={onClose} onConfirm={() => remove.mutate(id, { onSuccess: done })}>
      {state === 'draft'
        ? 'Nobody has signed in by it. What you entered is gone, the client secret too.'
        : 'Whoever signed in by it is signed out now, its groups give no roles any more, and a directory that came with a token for it is refused. Accounts stay with the role that they have, but no identity there is linked to them: if you add the provider again, each person links their account anew, at their next sign-in by password or under My account. Who has no password asks for a first one by “Forgot your password?”, where your rules let people sign in by password.'}
    </ConfirmDialog>
  );
}
