'use client';
// My address, and its change: nothing changes before the link is opened that goes to the new one.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useState } from 'react';
import { FormDialog, TextInput, fieldErrors } from '@/shared/ui/form';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { useToast } from '@/shared/ui/toast';
import { useAddressChange, useCancelAddressChange, useRequestAddressChange } from './api';

/** `managed`: it comes from the organization's identity provider, and is changed there. */
export function OwnAddress({ email, managed }: { email: string; managed: boolean }) {
  const toast = useToast();
  const pending = useAddressChange(!managed).data?.pending;
  const cancel = useCancelAddressChange();
  const [open, setOpen] = useState(false);
  if (managed) return <>{email} <Box component="span" sx={{ color: 'text.secondary' }}>It comes from your organization’s identity provider, and is changed there.</Box></>;
  return (
    <>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 5 }}>
        {email}
        <Button size="small" sx={{ my: -1, ml: '-10px' }} onClick={() => setOpen(true)}>Change…</Button>
      </Box>
      {pending != null && (
        <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 3, color: 'text.secondary' }}>
          <span>A link that runs out <RelativeTime at={pending.expiresAt} ahead /> went to {pending.email}. Until it is opened nothing changes.</span>
          <Button size="small" sx={{ my: -1, ml: '-10px' }} loading={cancel.isPending} onClick={() => cancel.mutate(undefined, { onSuccess: () => toast.done('Your address stays as it is.') })}>Take it back</Button>
        </Box>
      )}
      {open && <AddressDialog email={email} onClose={() => setOpen(false)} />}
    </>
  );
}

function AddressDialog({ email, onClose }: { email: string; onClose: () => void }) {
  const toast = useToast();
  const request = useRequestAddressChange();
  const [address, setAddress] = useState('');
  const [tried, setTried] = useState(false);
  const wanted = address.trim();
  const wrong = !/^\S+@\S+$/.test(wanted) ? 'Enter the whole address, like name@example.com.' : wanted.toLowerCase() === email.toLowerCase() ? 'That is your address already.' : undefined;
  const submit = () => {
    setTried(true);
    if (wrong === undefined) request.mutate(wanted, { onSuccess: () => { toast.done(`A link is on its way to ${wanted}.`); onClose(); } });
  };
  return (
    <FormDialog
      title="Change your address"
      intro="A link goes to the new address, good for 30 minutes. Opening it makes the change; your address of now is then told that it happened."
      action="Send the link"
      pending={request.isPending}
      error={request.error}
      fields={['email']}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput label="New address" type="email" value={address} onChange={setAddress} autoFocus autoComplete="email" error={(tried ? wrong : undefined) ?? fieldErrors(request.error).email} />
    </FormDialog>
  );
}
