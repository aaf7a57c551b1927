'use client';
// Adds an authenticator app: its name, its QR code and first code, and the backup codes that come with the first app.
import { useState } from 'react';
import { CodeInput } from '@/shared/ui/CodeInput';
import { FormDialog, TextInput, fieldErrors } from '@/shared/ui/form';
import { NewFactorPicture } from '@/shared/ui/NewFactorPicture';
import { useToast } from '@/shared/ui/toast';
import { useConfirmFactor, useCreateFactor } from './api';
import { KeepCodesDialog } from './KeepCodesDialog';

const NAME = 'Authenticator app';

/** "Authenticator app", or the first of "Authenticator app 2" and so on that is not taken. */
export function freeName(name: string, taken: string[]): string {
  const names = [name, ...taken.map((_, index) => `${name} ${index + 2}`)];
  return names.find((one) => !taken.includes(one)) ?? name;
}

export function AddFactorDialog({ taken, onClose }: { taken: string[]; onClose: () => void }) {
  const toast = useToast();
  const create = useCreateFactor();
  const confirm = useConfirmFactor();
  const [name, setName] = useState(() => freeName(NAME, taken));
  const [code, setCode] = useState('');
  const [codes, setCodes] = useState<string[]>();
  if (codes !== undefined) return <KeepCodesDialog codes={codes} onDone={onClose} />;
  if (create.data === undefined) {
    return (
      <FormDialog
        title="Add an authenticator app"
        intro="Such as Google Authenticator, 1Password or Aegis. A name helps you to tell your devices apart."
        action="Continue"
        pending={create.isPending}
        error={create.error}
        fields={['name']}
        disabled={name.trim() === ''}
        onSubmit={() => create.mutate(name.trim())}
        onClose={onClose}
      >
        <TextInput label="Name" value={name} onChange={setName} autoFocus autoComplete="off" error={fieldErrors(create.error).name} />
      </FormDialog>
    );
  }
  const factor = create.data;
  const submit = () =>
    confirm.mutate({ id: factor.factorId, code }, {
      onSuccess: ({ backupCodes }) => {
        toast.done(`${name.trim()} was added.`);
        if (backupCodes.length === 0) onClose();
        else setCodes(backupCodes);
      },
      onError: () => setCode(''),
    });
  return (
    <FormDialog
      title={`Scan this with “${name.trim()}”`}
      intro="Then enter the code that it shows. Other places where you are signed in are signed out."
      action="Add it"
      pending={confirm.isPending}
      error={confirm.error}
      fields={['code']}
      disabled={code.trim() === ''}
      onSubmit={submit}
      onClose={onClose}
    >
      <NewFactorPicture factor={factor} />
      <CodeInput method="totp" value={code} onChange={setCode} error={fieldErrors(confirm.error).code} autoFocus />
    </FormDialog>
  );
}
