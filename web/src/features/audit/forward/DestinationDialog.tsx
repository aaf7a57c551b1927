'use client';
// Adds a destination or changes it. Its kind stays; a webhook's secret is shown once, after it was made.
import Box from '@mui/material/Box';
import { useState } from 'react';
import type { RiskLevel } from '@/shared/api/types';
import { useSession } from '@/shared/session/SessionProvider';
import { FormDialog, SelectInput, TextInput, fieldErrors } from '@/shared/ui/form';
import { useToast } from '@/shared/ui/toast';
import { useAddDestination, useChangeDestination, type Destination } from './api';
import { formatWords, formatsOf, kindWords, riskOptions } from './words';

const FIELDS = ['name', 'kind', 'address', 'format', 'minRiskLevel', 'caPem', 'organizationId'] as const;

interface Form {
  name: string;
  kind: Destination['kind'];
  address: string;
  format: Destination['format'];
  risk: RiskLevel | 'all';
  caPem: string;
}

const empty: Form = { name: '', kind: 'webhook', address: '', format: 'json', risk: 'all', caPem: '' };

export function AddDestinationDialog({ onMade, onClose }: { onMade: (name: string, secret: string) => void; onClose: () => void }) {
  const { profile, isProvider } = useSession();
  const toast = useToast();
  const add = useAddDestination();
  const [form, setForm] = useState(empty);
  const [scope, setScope] = useState<'all' | 'own'>('all');
  const { name, kind, address, format, risk, caPem } = form;
  const organizationId = isProvider && scope === 'all' ? null : profile.organization.id;
  const submit = () =>
    add.mutate({ name: name.trim(), kind, address: address.trim(), format, organizationId, minRiskLevel: risk === 'all' ? null : risk, caPem: caPem.trim() === '' ? null : caPem }, {
      onSuccess: ({ secret }) => {
        toast.done(`${name.trim()} was added.`);
        onClose();
        if (secret != null) onMade(name.trim(), secret);
      },
    });
  return (
    <FormDialog title="Forward the log" intro="Every event goes there after it is sealed, in the order of the log, at least once. What cannot be delivered waits, and is tried again." action="Add" wide pending={add.isPending} error={add.error} fields={FIELDS} disabled={name.trim() === '' || address.trim() === ''} onSubmit={submit} onClose={onClose}>
      {isProvider && <SelectInput label="Whose log" value={scope} onChange={setScope} options={[{ value: 'all', label: 'Of all organizations' }, { value: 'own', label: profile.organization.name, hint: 'The provider’s own alone' }]} />}
      <SelectInput label="How" value={kind} onChange={(next) => setForm({ ...form, kind: next, format: formatsOf[next][0] ?? 'json' })} options={[{ value: 'webhook', label: kindWords.webhook, hint: 'Signed requests to an https address, up to 100 events each' }, { value: 'syslog', label: kindWords.syslog, hint: 'RFC 5424 by a line of TLS' }]} error={fieldErrors(add.error).kind} />
      <DestinationFields form={form} onChange={setForm} error={add.error} />
    </FormDialog>
  );
}

export function ChangeDestinationDialog({ destination, onClose }: { destination: Destination; onClose: () => void }) {
  const toast = useToast();
  const change = useChangeDestination(destination);
  const [form, setForm] = useState<Form>({ ...destination, risk: destination.minRiskLevel ?? 'all', caPem: destination.caPem ?? '' });
  const { name, address, format, risk, caPem } = form;
  const submit = () =>
    change.mutate({ name: name.trim(), address: address.trim(), format, minRiskLevel: risk === 'all' ? null : risk, caPem: caPem.trim() === '' ? null : caPem }, { onSuccess: () => { toast.done(`${name.trim()} was changed.`); onClose(); } });
  return (
    <FormDialog title={`Change ${destination.name}`} action="Save" wide pending={change.isPending} error={change.error} fields={FIELDS} disabled={name.trim() === '' || address.trim() === ''} onSubmit={submit} onClose={onClose}>
      <DestinationFields form={form} onChange={setForm} error={change.error} />
    </FormDialog>
  );
}

function DestinationFields({ form, onChange, error }: { form: Form; onChange: (form: Form) => void; error: unknown }) {
  const wrong = fieldErrors(error);
  const set = <K extends keyof Form>(key: K, value: Form[K]) => onChange({ ...form, [key]: value });
  return (
    <>
      <TextInput label="Name" value={form.name} onChange={(value) => set('name', value)} autoComplete="off" error={wrong.name} />
      <TextInput label="Address" mono value={form.address} onChange={(value) => set('address', value)} autoComplete="off" placeholder={form.kind === 'syslog' ? 'siem.example.com:6514' : 'https://siem.example.com/events'} error={wrong.address} hint="Reached from here by the internet; no address of a private network." />
      <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { sm: '1fr 1fr' }, alignItems: 'start' }}>
        <SelectInput label="Format" value={form.format} onChange={(value) => set('format', value)} options={formatsOf[form.kind].map((value) => ({ value, label: formatWords[value] }))} error={wrong.format} />
        <SelectInput label="Which events" value={form.risk} onChange={(value) => set('risk', value)} options={riskOptions} error={wrong.minRiskLevel} />
      </Box>
      <TextInput label="Certificates of its authority" required={false} mono multiline value={form.caPem} onChange={(value) => set('caPem', value)} placeholder="-----BEGIN CERTIFICATE-----" error={wrong.caPem} hint="PEM. Given, they alone count; empty, those that count everywhere." />
    </>
  );
}
