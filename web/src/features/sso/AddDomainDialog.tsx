'use client';
// Enters a mail domain; which record proves it, stands in the list afterwards.
import { useState } from 'react';
import { FormDialog, TextInput, fieldErrors } from '@/shared/ui/form';
import { useCreateDomain } from './api';

export function AddDomainDialog({ organizationId, onClose }: { organizationId: string; onClose: () => void }) {
  const create = useCreateDomain(organizationId);
  const [domain, setDomain] = useState('');
  return (
    <FormDialog
      title="Add a mail domain"
      intro="You then see a TXT record to put into its DNS. Until it is found there, the domain counts for nothing."
      action="Add"
      pending={create.isPending}
      error={create.error}
      fields={['domain']}
      disabled={domain.trim() === ''}
      onSubmit={() => create.mutate(domain.trim(), { onSuccess: onClose })}
      onClose={onClose}
    >
      <TextInput label="Domain" value={domain} onChange={setDomain} autoFocus autoComplete="off" mono placeholder="example.com" hint="What stands behind the @ in your people’s addresses." error={fieldErrors(create.error).domain} />
    </FormDialog>
  );
}
