'use client';
// Grants a technician access to a customer.
import Box from '@mui/material/Box';
import { useState } from 'react';
import { useCustomerOptions, useTechnicianOptions } from '@/shared/api/lookups';
import { FormDialog, SelectInput, fieldErrors } from '@/shared/ui/form';
import { useToast } from '@/shared/ui/toast';
import { useCreateGrant } from './api';
import { emptyTerms, incomplete, termFields, toTerms, type TermsForm } from './terms';
import { TermsFields } from './TermsFields';

interface Props {
  organization?: { id: string; name: string };
  onClose: () => void;
}

export function GrantDialog({ organization, onClose }: Props) {
  const toast = useToast();
  const create = useCreateGrant();
  const technicians = useTechnicianOptions();
  const customers = useCustomerOptions(organization === undefined);
  const [technicianId, setTechnicianId] = useState('');
  const [customerOrgId, setCustomerOrgId] = useState(organization?.id ?? '');
  const [form, setForm] = useState<TermsForm>(emptyTerms);
  const wrong = fieldErrors(create.error);
  const nameOf = (options: { value: string; label: string }[], id: string) => options.find((option) => option.value === id)?.label ?? '';
  const submit = () =>
    create.mutate({ technicianId, customerOrgId, ...toTerms(form, Date.now()) }, {
      onSuccess: () => {
        toast.done(`${nameOf(technicians, technicianId)} now has access to ${organization?.name ?? nameOf(customers, customerOrgId)}.`);
        onClose();
      },
    });
  return (
    <FormDialog
      title={organization === undefined ? 'Grant access' : `Grant access to ${organization.name}`}
      action="Grant access"
      wide
      pending={create.isPending}
      error={create.error}
      fields={['technicianId', 'customerOrgId', ...termFields(form)]}
      disabled={technicianId === '' || customerOrgId === '' || incomplete(form)}
      onSubmit={submit}
      onClose={onClose}
    >
      <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { sm: organization === undefined ? '1fr 1fr' : '1fr' }, alignItems: 'start' }}>
        <SelectInput label="Technician" value={technicianId} onChange={setTechnicianId} options={technicians} error={wrong.technicianId} />
        {organization === undefined && <SelectInput label="Customer" value={customerOrgId} onChange={setCustomerOrgId} options={customers} error={wrong.customerOrgId} />}
      </Box>
      <TermsFields form={form} onChange={setForm} wrong={wrong} />
    </FormDialog>
  );
}
