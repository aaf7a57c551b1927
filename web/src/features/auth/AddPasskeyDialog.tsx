'use client';
// Adds a passkey: its name, then the browser's own dialog, and the backup codes that come with the first factor.
import { useState } from 'react';
import { useFactors } from '@/shared/session/factors';
import { useSession } from '@/shared/session/SessionProvider';
import { FormDialog, TextInput, fieldErrors } from '@/shared/ui/form';
import { useToast } from '@/shared/ui/toast';
import { useCreatePasskey } from './api';
import { KeepCodesDialog } from './KeepCodesDialog';

export function AddPasskeyDialog({ suggestion, onClose }: { suggestion: string; onClose: () => void }) {
  const toast = useToast();
  const { profile } = useSession();
  const factors = useFactors();
  const create = useCreatePasskey();
  const [name, setName] = useState(suggestion);
  const [codes, setCodes] = useState<string[]>();
  if (codes !== undefined) return <KeepCodesDialog codes={codes} onDone={onClose} />;
  const known = factors.data?.factors.flatMap(({ credentialId }) => credentialId ?? []) ?? [];
  const submit = () =>
    create.mutate({ name: name.trim(), person: { id: profile.id, email: profile.email, name: profile.displayName }, known }, {
      onSuccess: ({ backupCodes }) => {
        toast.done(`${name.trim()} was added.`);
        if (backupCodes.length === 0) onClose();
        else setCodes(backupCodes);
      },
    });
  return (
    <FormDialog
      title="Add a passkey"
      intro="Your browser asks where to keep it: on this device, your phone or a security key. Other places where you are signed in are signed out."
      action="Continue"
      pending={create.isPending}
      error={create.error}
      fields={['name']}
      disabled={name.trim() === ''}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput label="Name" value={name} onChange={setName} autoFocus autoComplete="off" error={fieldErrors(create.error).name} />
    </FormDialog>
  );
}
