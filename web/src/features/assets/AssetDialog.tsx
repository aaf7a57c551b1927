'use client';
// Adds a machine or changes it.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import { useState } from 'react';
import { useCustomerOptions } from '@/shared/api/lookups';
import type { Asset } from '@/shared/api/types';
import { FormDialog, SelectInput, TextInput, fieldErrors } from '@/shared/ui/form';
import { useToast } from '@/shared/ui/toast';
import { useSaveAsset } from './api';

interface Props {
  organization?: { id: string; name: string };
  asset?: Asset;
  onClose: () => void;
  onSaved?: (asset: Asset) => void;
}

export function AssetDialog({ organization, asset, onClose, onSaved }: Props) {
  const toast = useToast();
  const save = useSaveAsset(asset);
  const chooses = asset === undefined && organization === undefined;
  const customers = useCustomerOptions(chooses);
  const [organizationId, setOrganizationId] = useState(organization?.id ?? '');
  const [name, setName] = useState(asset?.name ?? '');
  const [address, setAddress] = useState(asset?.address ?? '');
  const [port, setPort] = useState(String(asset?.port ?? 22));
  const [tags, setTags] = useState(asset?.tags.join(', ') ?? '');
  const [description, setDescription] = useState(asset?.description ?? '');
  const wrong = fieldErrors(save.error);
  const moved = asset !== undefined && (address.trim() !== asset.address || Number(port) !== asset.port);
  const submit = () =>
    save.mutate(
      {
        ...(asset === undefined ? { organizationId } : {}),
        name: name.trim(),
        address: address.trim(),
        port: Number(port),
        tags: tags.split(/[\s,]+/).filter((tag) => tag !== ''),
        description: description.trim(),
      },
      { onSuccess: (saved) => { toast.done(asset === undefined ? `${name.trim()} was added. Confirm its host key next.` : `${name.trim()} was changed.`); onClose(); onSaved?.(saved); } },
    );
  return (
    <FormDialog
      title={asset === undefined ? (organization === undefined ? 'Add a machine' : `Add a machine of ${organization.name}`) : `Edit ${asset.name}`}
      action={asset === undefined ? 'Add machine' : 'Save'}
      pending={save.isPending}
      error={save.error}
      fields={['organizationId', 'name', 'address', 'port', 'tags', 'description']}
      disabled={name.trim() === '' || address.trim() === '' || !(Number(port) > 0) || (chooses && organizationId === '')}
      onSubmit={submit}
      onClose={onClose}
    >
      {chooses && <SelectInput label="Customer" value={organizationId} onChange={setOrganizationId} options={customers} error={wrong.organizationId} />}
      <TextInput label="Name" value={name} onChange={setName} autoComplete="off" autoFocus={!chooses} placeholder="web-01" error={wrong.name} />
      <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: '1fr 108px', alignItems: 'start' }}>
        <TextInput label="Address" mono value={address} onChange={setAddress} autoComplete="off" placeholder="10.20.4.11" error={wrong.address} hint="As seen from the customer’s network." />
        <TextInput label="SSH port" type="number" min={1} max={65535} value={port} onChange={setPort} error={wrong.port} />
      </Box>
      {moved && <Alert severity="warning">Sessions that are open on this machine end, and its host key has to be confirmed again.</Alert>}
      <TextInput label="Tags" required={false} value={tags} onChange={setTags} placeholder="prod, linux" error={wrong.tags} />
      <TextInput label="Description" required={false} value={description} onChange={setDescription} multiline error={wrong.description} hint="What a technician should know before going in." />
    </FormDialog>
  );
}
