'use client';
// The machines, a line each: typed or pasted from a list. What was not taken stays in the field, with the reason.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import { useState } from 'react';
import { messageOf } from '@/shared/api/error';
import type { Organization } from '@/shared/api/types';
import { plural } from '@/shared/lib/time';
import { allowed } from '@/shared/session/can';
import { TextInput, fieldErrors } from '@/shared/ui/form';
import { useToast } from '@/shared/ui/toast';
import { useAddMachines, useMachines } from './api';
import { lineOf, readMachineLines } from './machineLines';
import { StepForm } from './StepForm';
import { There, ThereLine } from './There';

export function MachinesStep({ organization, onNext }: { organization: Organization; onNext: () => void }) {
  const toast = useToast();
  const machines = useMachines(organization.id);
  const add = useAddMachines(organization.id);
  const [text, setText] = useState('');
  const { machines: read, wrong } = readMachineLines(text);
  const there = machines.data?.items ?? [];
  const submit = () =>
    add.mutate(read, {
      onSuccess: ({ added, failed }) => {
        setText(failed.map(({ machine }) => lineOf(machine)).join('\n'));
        if (added > 0) toast.done(`${plural(added, 'machine')} added.`);
      },
    });
  const unread = wrong.map(({ line, why }) => `Line ${line}: ${why}.`).join(' ');
  return (
    <StepForm
      title="The machines"
      intro="What technicians come in to. Their host keys are confirmed and their accounts added on each machine’s page."
      action={read.length > 1 ? `Add ${plural(read.length, 'machine')}` : 'Add'}
      may={allowed(organization.can, 'asset.create')}
      pending={add.isPending}
      error={add.error}
      fields={[]}
      disabled={read.length === 0 || wrong.length > 0}
      next={{ label: there.length === 0 ? 'Skip for now' : 'Continue', first: there.length > 0, go: onNext }}
      onSubmit={submit}
    >
      {there.length > 0 && (
        <There label="Machines">
          {there.map((machine) => <ThereLine key={machine.id} title={machine.name}><span className="mono">{machine.address}{machine.port === 22 ? '' : `:${machine.port}`}</span></ThereLine>)}
          {machines.data !== undefined && machines.data.total > there.length && <ThereLine title={`and ${(machines.data.total - there.length).toLocaleString()} more`} />}
        </There>
      )}
      <TextInput
        label="Name and address, a machine per line"
        mono
        multiline
        minRows={4}
        value={text}
        onChange={setText}
        placeholder={'web-01 10.20.4.11\ndb-01 db.internal:2222'}
        error={unread === '' ? undefined : unread}
        hint={read.length > 0 ? `${plural(read.length, 'machine')} to add. The port is 22 unless another one stands behind.` : 'As seen from the customer’s network. The port is 22 unless another one stands behind.'}
      />
      {add.data !== undefined && add.data.failed.length > 0 && (
        <Alert severity="error">
          <Box component="ul" sx={{ m: 0, pl: 4 }}>{add.data.failed.map(({ machine, error }) => <li key={machine.name}>{machine.name}: {Object.values(fieldErrors(error)).join(' ') || messageOf(error)}</li>)}</Box>
        </Alert>
      )}
    </StepForm>
  );
}
