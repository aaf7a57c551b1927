'use client';
// Brings a deleted organization back. Asked for by a row of the list of the deleted, which goes when it is done.
import type { Organization } from '@/shared/api/types';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { useToast } from '@/shared/ui/toast';
import { useRestoreOrganization } from './api';

export function RestoreOrganization({ organization, onClose }: { organization: Organization; onClose: () => void }) {
  const toast = useToast();
  const restore = useRestoreOrganization(organization);
  const { name } = organization;
  return (
    <ConfirmDialog
      title={`Restore ${name}?`}
      action="Restore"
      pending={restore.isPending}
      error={restore.error}
      onClose={onClose}
      onConfirm={() => restore.mutate(undefined, { onSuccess: () => { toast.done(`${name} is back, suspended.`); onClose(); } })}
    >
      It comes back suspended, with its machines, its people and the access that technicians had there and that has not expired. Look through it, then resume it. What does not come back: its people’s sign-ins and API tokens, open invitations, the tokens of its directory, sessions, and a key that was destroyed.
    </ConfirmDialog>
  );
}
