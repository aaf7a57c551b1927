'use client';
// An approval is of the terms that stand here. If they change meanwhile it is said, and nothing is approved that was not seen.
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import { useState } from 'react';
import { ApiError } from '@/shared/api/error';
import { FormDialog, TextInput, fieldErrors } from '@/shared/ui/form';
import { useToast } from '@/shared/ui/toast';
import { useApprove, type AccessRequest } from './api';
import { Terms } from './Terms';
import { waitsFor } from './words';

export function ApproveDialog({ request, onClose }: { request: AccessRequest; onClose: () => void }) {
  const toast = useToast();
  const approve = useApprove(request.id);
  // What was in sight when the dialog opened, or when the new terms were accepted to be looked at.
  const [seen, setSeen] = useState(request.termsHash);
  const [note, setNote] = useState('');
  const changed = seen !== request.termsHash;
  const refusedAsChanged = approve.error instanceof ApiError && approve.error.code === 'changed_since';
  const submit = () => {
    approve.mutate({ termsHash: seen, ...(note.trim() === '' ? {} : { note: note.trim() }) }, {
      onSuccess: (now) => {
        toast.done(now.status === 'granted' ? `${now.technicianName} has access to ${now.customerOrgName}.` : `Approved. ${waitsFor(now.needs)}.`);
        onClose();
      },
    });
  };
  return (
    <FormDialog
      title={`Approve ${request.technicianName}’s request?`}
      intro="You approve exactly what stands here. The technician may come in as soon as nobody’s approval is missing."
      action="Approve"
      // Not the same button with other words: who clicks twice would approve what they never read.
      disabled={changed}
      wide
      pending={approve.isPending}
      error={refusedAsChanged && changed ? null : approve.error}
      fields={['note']}
      onSubmit={submit}
      onClose={onClose}
    >
      {changed && (
        <Alert severity="warning" role="alert">
          <div>The request was changed since you opened it. Nothing is approved. Read the terms below, which are the new ones, before you go on.</div>
          <Button size="small" variant="outlined" sx={{ mt: 2 }} onClick={() => { approve.reset(); setSeen(request.termsHash); }}>I have seen the new terms</Button>
        </Alert>
      )}
      <Terms request={request} />
      <TextInput label="Note" required={false} value={note} onChange={setNote} multiline error={fieldErrors(approve.error).note} hint="For your own side." />
    </FormDialog>
  );
}
