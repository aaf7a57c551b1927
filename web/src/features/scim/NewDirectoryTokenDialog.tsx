'use client';
// Makes a token for a directory, bound to a connection if groups shall give roles. Then it is shown, this once.
import { useState } from 'react';
import { exactTime } from '@/shared/lib/time';
import { CopyField } from '@/shared/ui/CopyField';
import { FormDialog, SelectInput, TextInput, fieldErrors } from '@/shared/ui/form';
import { ShownOnceDialog } from '@/shared/ui/ShownOnceDialog';
import { useConnectionOptions, useCreateDirectoryToken } from './api';

const lengths = [
  { value: '90', label: '90 days' },
  { value: '180', label: '180 days' },
  { value: '365', label: 'One year', hint: 'The longest there is' },
] as const;
type Days = (typeof lengths)[number]['value'];
const NONE = 'none';

export function NewDirectoryTokenDialog({ organizationId, onClose }: { organizationId: string; onClose: () => void }) {
  const connections = useConnectionOptions(organizationId);
  const create = useCreateDirectoryToken();
  const [name, setName] = useState('');
  const [days, setDays] = useState<Days>('365');
  const [chosen, setChosen] = useState<string>();
  const [tried, setTried] = useState(false);
  const wrong = fieldErrors(create.error);
  // Mostly there is one, and it is meant.
  const connection = chosen ?? connections.data?.[0]?.value ?? NONE;
  const made = create.data;

  if (made !== undefined) {
    return (
      <ShownOnceDialog title={`The token “${made.directoryToken.name}”`} what="token" secret={made.token} onDone={onClose} intro={<>Enter it in the directory as its secret token, with the address below. It is good until {exactTime(made.directoryToken.expiresAt)}.</>}>
        <CopyField label="SCIM address (Tenant URL in Entra, base URL in Okta)" what="SCIM address" text={made.directoryToken.scimUrl} />
      </ShownOnceDialog>
    );
  }
  const submit = () => {
    setTried(true);
    if (name.trim() === '' || connections.isPending) return;
    create.mutate({ organizationId, name: name.trim(), expiresInDays: Number(days), connectionId: connection === NONE ? null : connection });
  };
  return (
    <FormDialog
      title="Connect a directory"
      intro="The directory comes by a token of its own. It makes people, changes them and disables who leaves, and nothing else."
      action="Make the token"
      pending={create.isPending}
      error={create.error ?? connections.error}
      fields={['name', 'expiresInDays', 'connectionId']}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput label="Name" value={name} onChange={setName} autoFocus autoComplete="off" placeholder="Entra ID" hint="The directory that holds it." error={tried && name.trim() === '' ? 'Enter a name, so that you know it again.' : wrong.name} />
      <SelectInput
        label="Its people sign in by"
        value={connection}
        onChange={setChosen}
        options={[...(connections.data ?? []), { value: NONE, label: 'Any identity provider of the organization', hint: 'Groups give no role: everybody gets the lowest' }]}
        hint={connection === NONE ? 'Everybody whom it brings gets the lowest role.' : 'Groups of the directory give roles by this connection’s map.'}
        error={wrong.connectionId}
      />
      <SelectInput<Days> label="Lasts for" value={days} onChange={setDays} options={lengths} hint="Before it ends make another one: three can stand at a time." error={wrong.expiresInDays} />
    </FormDialog>
  );
}
