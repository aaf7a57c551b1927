'use client';
// Starts emergency access: for whom, where, how long and why, and what it sets off.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import NextLink from 'next/link';
import { useState } from 'react';
import { useCustomerOptions, useTechnicianOptions } from '@/shared/api/lookups';
import { paths } from '@/shared/paths';
import { useSession } from '@/shared/session/SessionProvider';
import { FormDialog, SelectInput, TextInput, fieldErrors } from '@/shared/ui/form';
import { useToast } from '@/shared/ui/toast';
import { messageOf } from '@/shared/api/error';
import { useHeldCustomers, useStart } from './api';
import { MOST_MINUTES, minutesError, missingOf, owedOf, reasonHint } from './words';

export function StartDialog({ onClose }: { onClose: () => void }) {
  const { profile } = useSession();
  const own = profile.role === 'technician';
  const toast = useToast();
  const start = useStart();
  const technicians = useTechnicianOptions(!own);
  const all = useCustomerOptions(!own);
  const held = useHeldCustomers(profile.id, own);
  const [technicianId, setTechnician] = useState('');
  const [customerOrgId, setCustomer] = useState('');
  const [minutes, setMinutes] = useState('30');
  const [reason, setReason] = useState('');
  const wrong = fieldErrors(start.error);
  const owed = owedOf(start.error);
  const submit = () => {
    start.mutate({ customerOrgId, minutes: Number(minutes), reason: reason.trim(), ...(own ? {} : { technicianId }) }, {
      onSuccess: (made) => { toast.done(`${own ? 'You have' : `${made.technicianName} has`} emergency access to ${made.customerOrgName}.`); onClose(); },
    });
  };
  return (
    <FormDialog
      title="Start emergency access"
      intro="For when waiting does harm: it is there at once, and waits for nobody’s approval."
      action="Start emergency access"
      wide
      pending={start.isPending}
      error={owed === undefined ? start.error : null}
      fields={['customerOrgId', 'technicianId', 'minutes', 'reason']}
      disabled={customerOrgId === '' || (!own && technicianId === '') || minutesError(minutes) !== undefined || missingOf(reason) > 0}
      onSubmit={submit}
      onClose={onClose}
    >
      <Box component="ul" aria-label="What it sets off" sx={{ m: 0, pl: 5, display: 'grid', gap: 1, fontSize: '0.8125rem', color: 'text.secondary' }}>
        <li>The customer’s administrators and all super admins get a mail at once, with the reason.</li>
        <li>Every session is recorded. When the time is up, all of them end.</li>
        <li>Somebody else reviews it within 24 hours. Until then {own ? 'you get' : 'the technician gets'} no other one.</li>
      </Box>
      {!own && <SelectInput label="Technician" value={technicianId} onChange={setTechnician} options={technicians} error={wrong.technicianId} />}
      <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { sm: 'minmax(0, 1fr) 140px' }, alignItems: 'start' }}>
        <SelectInput label="Customer" value={customerOrgId} onChange={setCustomer} options={own ? (held ?? []) : all} error={wrong.customerOrgId} hint={own && held?.length === 0 ? 'You hold no access anywhere now. Ask an account manager.' : own ? 'Where you hold any access now.' : undefined} />
        <TextInput label="Minutes" type="number" min={1} max={MOST_MINUTES} value={minutes} onChange={setMinutes} error={wrong.minutes ?? minutesError(minutes)} hint={`${MOST_MINUTES} at most.`} />
      </Box>
      <TextInput label="What happened?" value={reason} onChange={setReason} multiline error={wrong.reason} hint={reasonHint(reason)} />
      {owed !== undefined && (
        <Alert severity="warning" role="alert">
          {messageOf(start.error)}{' '}
          {/* A technician sees their own alone. */}
          {(!own || owed.technicianName === profile.displayName) && <Link component={NextLink} href={paths.emergency({ open: owed.emergencyId })} onClick={onClose} color="inherit" underline="always">Show what {owed.technicianName} had at {owed.customerOrgName}</Link>}
        </Alert>
      )}
    </FormDialog>
  );
}
