'use client';
// Proposes to revoke what nobody uses. Nothing changes before a super admin has decided.
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { plural } from '@/shared/lib/time';
import { paths } from '@/shared/paths';
import { FormDialog, TextInput, fieldErrors } from '@/shared/ui/form';
import { useToast } from '@/shared/ui/toast';
import { usePropose } from './api';

interface Props {
  grantIds: string[];
  /** What stands in the field at first. */
  reason: string;
  onDone: () => void;
  onClose: () => void;
}

export function ProposeDialog({ grantIds, reason, onDone, onClose }: Props) {
  const router = useRouter();
  const toast = useToast();
  const propose = usePropose();
  const [why, setWhy] = useState(reason);
  const submit = () =>
    propose.mutate({ grantIds, reason: why.trim() }, {
      onSuccess: ({ id }) => {
        toast.done(`Proposed to revoke ${plural(grantIds.length, 'grant')}. The super admins are told.`, { label: 'Show', run: () => router.push(paths.proposals({ open: id })) });
        onDone();
        onClose();
      },
    });
  return (
    <FormDialog
      title={`Propose to revoke ${plural(grantIds.length, 'grant')}?`}
      intro="A super admin decides, and you get a mail. Until then nothing changes; what is used or changed meanwhile is kept."
      action="Propose"
      wide
      pending={propose.isPending}
      error={propose.error}
      fields={['reason']}
      disabled={why.trim() === ''}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput label="Reason" value={why} onChange={setWhy} multiline autoFocus error={fieldErrors(propose.error).reason} hint="Whoever decides reads it. Customers and technicians see it too, with what is revoked." />
    </FormDialog>
  );
}
