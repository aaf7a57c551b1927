'use client';
// Stores an account for a machine, or replaces its secret.
import Box from '@mui/material/Box';
import { useState } from 'react';
import type { AccessLevel, Asset, Credential, CredentialKind } from '@/shared/api/types';
import { kindWords, levelWords } from '@/shared/lib/words';
import { FormDialog, SelectInput, TextInput, fieldErrors, type Option } from '@/shared/ui/form';
import { useToast } from '@/shared/ui/toast';
import { useCreateCredential, useRotateCredential, type Secret } from './api';
import { SECRET_FIELDS, SecretFields, secretMissing, secretOf } from './SecretFields';

const kinds: Option<CredentialKind>[] = (['private_key', 'certificate', 'password'] as const).map((value) => ({ value, label: kindWords[value] }));

const levels: Option<AccessLevel>[] = [
  { value: 'read_only', label: levelWords.read_only, hint: 'An account that can only look' },
  { value: 'full_access', label: levelWords.full_access, hint: 'An account that works' },
  { value: 'emergency', label: levelWords.emergency, hint: 'Used with emergency access only' },
];

export function AddCredentialDialog({ asset, onClose }: { asset: Asset; onClose: () => void }) {
  const toast = useToast();
  const create = useCreateCredential();
  const [username, setUsername] = useState('');
  const [kind, setKind] = useState<CredentialKind>('private_key');
  const [accessLevel, setAccessLevel] = useState<AccessLevel>('full_access');
  const [secret, setSecret] = useState<Secret>({});
  const wrong = fieldErrors(create.error);
  const submit = () =>
    create.mutate({ organizationId: asset.organizationId, assetId: asset.id, username: username.trim(), kind, accessLevel, ...secretOf(kind, secret) }, {
      onSuccess: () => { toast.done(`${username.trim()} was stored for ${asset.name}.`); onClose(); },
    });
  return (
    <FormDialog
      title={`Add an account on ${asset.name}`}
      intro="The secret is sealed when it arrives. It is never shown again, to anyone."
      action="Store account"
      pending={create.isPending}
      error={create.error}
      fields={['username', 'kind', 'accessLevel', ...SECRET_FIELDS]}
      disabled={username.trim() === '' || secretMissing(kind, secret)}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput label="User name on the machine" mono value={username} onChange={setUsername} autoComplete="off" autoFocus error={wrong.username} />
      <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: '1fr 1fr', alignItems: 'start' }}>
        <SelectInput label="Kind" value={kind} onChange={setKind} options={kinds} error={wrong.kind} />
        <SelectInput label="For level" value={accessLevel} onChange={setAccessLevel} options={levels} error={wrong.accessLevel} />
      </Box>
      <SecretFields kind={kind} secret={secret} onChange={setSecret} wrong={wrong} />
    </FormDialog>
  );
}

export function RotateCredentialDialog({ credential, onClose }: { credential: Credential; onClose: () => void }) {
  const toast = useToast();
  const rotate = useRotateCredential(credential.id);
  const [secret, setSecret] = useState<Secret>({});
  return (
    <FormDialog
      title={`Replace the secret of ${credential.username}`}
      intro={`The next session on ${credential.assetName} uses the new one. The old one is destroyed here; change it on the machine too.`}
      action="Replace"
      pending={rotate.isPending}
      error={rotate.error}
      fields={SECRET_FIELDS}
      disabled={secretMissing(credential.kind, secret)}
      onSubmit={() => rotate.mutate(secretOf(credential.kind, secret), { onSuccess: () => { toast.done(`The secret of ${credential.username} was replaced.`); onClose(); } })}
      onClose={onClose}
    >
      <SecretFields kind={credential.kind} secret={secret} onChange={setSecret} wrong={fieldErrors(rotate.error)} />
    </FormDialog>
  );
}
