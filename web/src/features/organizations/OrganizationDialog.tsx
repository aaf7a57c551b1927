'use client';
// Changes the name and the limits of an organization.
import Box from '@mui/material/Box';
import { useState } from 'react';
import type { Organization } from '@/shared/api/types';
import { FormDialog, TextInput, fieldErrors } from '@/shared/ui/form';
import { useToast } from '@/shared/ui/toast';
import { useSaveOrganization, type OrganizationInput } from './api';

interface Props {
  organization: Organization;
  onClose: () => void;
}

const FIELDS = ['name', 'sessionIdleMinutes', 'sessionMaxMinutes', 'maxConcurrentSessions', 'recordingRetentionDays'] as const;

export function OrganizationDialog({ organization, onClose }: Props) {
  const toast = useToast();
  const save = useSaveOrganization(organization);
  const [name, setName] = useState(organization.name);
  const [idle, setIdle] = useState(String(organization.sessionIdleMinutes));
  const [max, setMax] = useState(String(organization.sessionMaxMinutes));
  const [most, setMost] = useState(String(organization.maxConcurrentSessions));
  const [days, setDays] = useState(String(organization.recordingRetentionDays));
  const wrong = fieldErrors(save.error);
  const submit = () => {
    const body: OrganizationInput = { name: name.trim(), sessionIdleMinutes: Number(idle), sessionMaxMinutes: Number(max), maxConcurrentSessions: Number(most), recordingRetentionDays: Number(days) };
    save.mutate(body, {
      onSuccess: () => {
        toast.done(`${name.trim()} was changed.`);
        onClose();
      },
    });
  };
  return (
    <FormDialog
      title={`Edit ${organization.name}`}
      action="Save"
      pending={save.isPending}
      error={save.error}
      fields={FIELDS}
      disabled={name.trim() === '' || [idle, max, most, days].some((value) => !(Number(value) > 0))}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput label="Name" value={name} onChange={setName} autoComplete="off" autoFocus error={wrong.name} />
      <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: '1fr 1fr', alignItems: 'start' }}>
        <TextInput label="Idle limit (min)" type="number" min={1} value={idle} onChange={setIdle} error={wrong.sessionIdleMinutes} hint="A session without typing ends." />
        <TextInput label="Longest session (min)" type="number" min={1} value={max} onChange={setMax} error={wrong.sessionMaxMinutes} hint="Every session ends then." />
      </Box>
      <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: '1fr 1fr', alignItems: 'start' }}>
        <TextInput label="Open sessions at most" type="number" min={1} value={most} onChange={setMost} error={wrong.maxConcurrentSessions} hint="At a time, of all technicians together." />
        <TextInput label="Keep recordings (days)" type="number" min={1} value={days} onChange={setDays} error={wrong.recordingRetentionDays} hint="Deleted afterwards, with an entry in the audit." />
      </Box>
    </FormDialog>
  );
}
