'use client';
// Erases what the logs say of a person beyond their id. It cannot be undone, so their name is typed.
import Alert from '@mui/material/Alert';
import { useState } from 'react';
import { usePersonOptions } from '@/shared/api/lookups';
import { useSettled } from '@/shared/lib/useSettled';
import { plural } from '@/shared/lib/time';
import { FormDialog, SelectInput, TextInput, fieldErrors } from '@/shared/ui/form';
import { useToast } from '@/shared/ui/toast';
import { useEraseDetail } from './api';

export function EraseDialog({ onClose }: { onClose: () => void }) {
  const toast = useToast();
  const erase = useEraseDetail();
  const [sought, setSought] = useState('');
  const people = usePersonOptions(useSettled(sought.trim()));
  const [person, setPerson] = useState<{ id: string; name: string } | null>(null);
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const wrong = fieldErrors(erase.error);
  const options = person === null || people.some(({ value }) => value === person.id) ? people : [{ value: person.id, label: person.name }, ...people];
  const submit = () => {
    if (person === null) return;
    erase.mutate({ userId: person.id, reason: reason.trim() }, {
      onSuccess: ({ erased, held }) => {
        toast.done(`Erased from ${plural(erased, 'entry', 'entries')}.${held.length === 0 ? '' : ` Held logs were let be: ${held.join(', ')}.`}`);
        onClose();
      },
    });
  };
  return (
    <FormDialog
      title="Erase a person’s detail"
      intro="Names, addresses, clients, sentences and details go from every entry about what this person did, in the logs of all organizations. That it happened stays, by their id, and every proof stays valid. What entries say of others stays too."
      action="Erase for good"
      wide
      pending={erase.isPending}
      error={erase.error}
      fields={['userId', 'reason']}
      disabled={person === null || reason.trim() === '' || typed.trim() !== person.name}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput label="Find the person" type="search" value={sought} onChange={setSought} autoComplete="off" autoFocus placeholder="A part of the name or of the address" />
      <SelectInput
        label="Person"
        value={person?.id ?? ''}
        onChange={(id) => { setPerson({ id, name: options.find(({ value }) => value === id)?.label ?? '' }); setTyped(''); }}
        options={options}
        placeholder={options.length === 0 ? 'Nobody has this name' : 'Choose…'}
        error={wrong.userId}
      />
      <TextInput label="Reason" value={reason} onChange={setReason} multiline error={wrong.reason} hint="Such as the request by which they asked for it. Do not name them here: it stands in the log for ever." />
      {person !== null && (
        <>
          <Alert severity="warning">Logs under a hold are left as they are, and so are entries of the last seconds, which are not sealed yet. What is erased cannot be brought back.</Alert>
          <TextInput label={`Type “${person.name}” to confirm`} value={typed} onChange={setTyped} autoComplete="off" />
        </>
      )}
    </FormDialog>
  );
}
