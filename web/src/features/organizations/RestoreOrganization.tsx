'use client';
// Brings a deleted organization back. In the list of the deleted each row has it.
import { useState } from 'react';
import type { Organization } from '@/shared/api/types';
import { allowed } from '@/shared/session/can';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { useToast } from '@/shared/ui/toast';
import { useRestoreOrganization } from './api';

export function RestoreOrganization({ organization }: { organization: Organization }) {
  const toast = useToast();
  const restore = useRestoreOrganization(organization);
  const [asking, setAsking] = useState(false);
  const { name } = organization;
  const close = () => {
    setAsking(false);
    restore.reset();
  };
  return (
    <>
      <AllowedButton allowed={allowed(organization.can, 'organization.restore')} size="small" variant="outlined" aria-label={`Restore… ${name}`} onClick={() => setAsking(true)}>Restore…</AllowedButton>
      {asking && (
        <ConfirmDialog
          title={`Restore ${name}?`}
          action="Restore"
          pending={restore.isPending}
          error={restore.error}
          onClose={close}
          onConfirm={() => restore.mutate(undefined, { onSuccess: () => { toast.done(`${name} is back, suspended.`); close(); } })}
        >
          It comes back suspended, with its machines, its people and the access that technicians had there and that has not expired. Look through it, then resume it. What does not come back: its people’s sign-ins and API tokens, open invitations, the tokens of its directory, sessions, and a key that was destroyed.
        </ConfirmDialog>
      )}
    </>
  );
}
