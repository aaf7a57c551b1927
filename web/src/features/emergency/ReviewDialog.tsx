'use client';
// Somebody who had no part in it says what they found.
import { useState } from 'react';
import { FormDialog, SelectInput, TextInput, fieldErrors } from '@/shared/ui/form';
import { useToast } from '@/shared/ui/toast';
import { useReview, type Emergency, type Verdict } from './api';
import { verdictWords } from './words';

export function ReviewDialog({ emergency, onClose }: { emergency: Emergency; onClose: () => void }) {
  const toast = useToast();
  const review = useReview(emergency.id);
  const [verdict, setVerdict] = useState<Verdict | ''>('');
  const [words, setWords] = useState('');
  const wrong = fieldErrors(review.error);
  return (
    <FormDialog
      title={`Review ${emergency.technicianName}’s emergency access`}
      intro={`To ${emergency.customerOrgName}, because: “${emergency.reason}”. Look at the recordings and the log first: a review is said once, and the customer reads it.`}
      action="Save the review"
      wide
      pending={review.isPending}
      error={review.error}
      fields={['verdict', 'words']}
      disabled={verdict === '' || words.trim() === ''}
      onSubmit={() => { if (verdict !== '') review.mutate({ verdict, words: words.trim() }, { onSuccess: () => { toast.done(`Reviewed. ${emergency.technicianName} may start emergency access again.`); onClose(); } }); }}
      onClose={onClose}
    >
      <SelectInput
        label="What did you find?"
        value={verdict}
        onChange={setVerdict}
        error={wrong.verdict}
        options={[
          { value: 'justified', label: verdictWords.justified, hint: 'There was an emergency, and what was done fits it' },
          { value: 'not_justified', label: verdictWords.not_justified, hint: 'There was none, or more was done than it asked for' },
        ]}
      />
      <TextInput label="In words" value={words} onChange={setWords} multiline minRows={4} error={wrong.words} hint="What you looked at, and what follows from it. At least 10 characters." />
    </FormDialog>
  );
}
