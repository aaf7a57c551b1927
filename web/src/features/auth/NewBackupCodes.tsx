'use client';
// New backup codes in the place of those from before: asked first, then shown this once.
import { useState } from 'react';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { useCreateBackupCodes } from './api';
import { KeepCodesDialog } from './KeepCodesDialog';

export function NewBackupCodes({ onClose }: { onClose: () => void }) {
  const create = useCreateBackupCodes();
  const [codes, setCodes] = useState<string[]>();
  if (codes !== undefined) return <KeepCodesDialog codes={codes} onDone={onClose} />;
  return (
    <ConfirmDialog
      title="Make new backup codes?"
      action="Make new ones"
      pending={create.isPending}
      error={create.error}
      onClose={onClose}
      onConfirm={() => create.mutate(undefined, { onSuccess: ({ backupCodes }) => setCodes(backupCodes) })}
    >
      You get ten new ones. Those that you kept before are good for nothing from then on.
    </ConfirmDialog>
  );
}
