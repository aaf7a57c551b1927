'use client';
// A technician asks for access. The customer is named, for those whom one may not see yet are in no list.
import Box from '@mui/material/Box';
import { useState } from 'react';
import { levelWords } from '@/shared/lib/words';
import { FormDialog, SelectInput, TextInput, fieldErrors } from '@/shared/ui/form';
import { useToast } from '@/shared/ui/toast';
import { useAsk, type AccessRequest } from './api';
import { emptyWish, termsOfWish, wishFields } from './wish';
import { WishFields } from './WishFields';

export function AskDialog({ onClose }: { onClose: () => void }) {
  const toast = useToast();
  const ask = useAsk();
  const [customer, setCustomer] = useState('');
  const [accessLevel, setLevel] = useState<AccessRequest['accessLevel']>('full_access');
  const [wish, setWish] = useState(emptyWish);
  const wrong = fieldErrors(ask.error);
  return (
    <FormDialog
      title="Ask for access"
      intro="An account manager or a super admin decides, and at some customers their administrator too. You get a mail when it is decided; undecided, it lapses after seven days."
      action="Ask for access"
      wide
      pending={ask.isPending}
      error={ask.error}
      fields={['customer', 'accessLevel', ...wishFields(wish)]}
      disabled={customer.trim() === '' || wish.reason.trim() === ''}
      onSubmit={() => ask.mutate({ customer: customer.trim(), accessLevel, ...termsOfWish(wish, Date.now()) }, { onSuccess: (made) => { toast.done(`You asked for access to ${made.customerOrgName}.`); onClose(); } })}
      onClose={onClose}
    >
      <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { sm: '1fr 1fr' }, alignItems: 'start' }}>
        <TextInput label="Customer" value={customer} onChange={setCustomer} autoComplete="off" autoFocus error={wrong.customer} hint="Its exact name." />
        <SelectInput label="Level" value={accessLevel} onChange={setLevel} options={[{ value: 'full_access', label: levelWords.full_access, hint: 'Works on the customer’s machines' }, { value: 'read_only', label: levelWords.read_only, hint: 'Looks on: only accounts that are marked read only' }]} error={wrong.accessLevel} />
      </Box>
      <WishFields wish={wish} onChange={setWish} wrong={wrong} />
    </FormDialog>
  );
}
