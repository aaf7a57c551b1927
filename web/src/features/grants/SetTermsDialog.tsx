'use client';
// The same terms for many cells of the matrix at once.
import Skeleton from '@mui/material/Skeleton';
import { useState } from 'react';
import { plural } from '@/shared/lib/time';
import { ErrorState } from '@/shared/ui/ErrorState';
import { fieldErrors } from '@/shared/ui/form';
import type { AssignAccess } from '@/shared/api/types';
import type { Grant } from '@/shared/api/types';
import { useGrant } from './api';
import { assign } from './changes';
import { PreviewDialog } from './PreviewDialog';
import { emptyTerms, incomplete, termFields, termsOf, toTerms, type TermsForm } from './terms';
import { TermsFields } from './TermsFields';

interface Props {
  cells: AssignAccess['cells'];
  /** A grant whose terms are copied. */
  like?: string;
  onClose: () => void;
}

export function SetTermsDialog({ cells, like, onClose }: Props) {
  const source = useGrant(like ?? null);
  if (like === undefined) return <TermsDialog cells={cells} onClose={onClose} />;
  if (source.data !== undefined) return <TermsDialog cells={cells} like={source.data} onClose={onClose} />;
  return (
    <PreviewDialog title={`Copy terms to ${plural(cells.length, 'cell')}`} action="Copy terms" disabled change={assign({ cells, terms: { accessLevel: 'read_only' }, reason: '' })} fields={[]} onClose={onClose}>
      {() => (source.isError ? <ErrorState dense error={source.error} onRetry={() => void source.refetch()} /> : <Skeleton variant="rounded" height={220} />)}
    </PreviewDialog>
  );
}

/** An emergency's end is counted from now and never copied. */
function formLike(grant: Grant): TermsForm {
  const form = termsOf(grant);
  return { ...form, lasting: grant.accessLevel === 'emergency' ? '1h' : 'keep', reason: '' };
}

function TermsDialog({ cells, like, onClose }: { cells: AssignAccess['cells']; like?: Grant; onClose: () => void }) {
  const [form, setForm] = useState<TermsForm>(() => (like === undefined ? emptyTerms : formLike(like)));
  const body = (): AssignAccess => {
    const { reason, ...terms } = toTerms(form, Date.now());
    // Unchanged means: as in the grant that is copied.
    const kept = like === undefined || form.lasting !== 'keep' ? {} : { expiresAt: like.expiresAt ?? null };
    const services = like === undefined || form.services !== 'keep' ? {} : { services: like.services };
    return { cells, terms: { ...terms, ...kept, ...services }, reason };
  };
  return (
    <PreviewDialog
      title={like === undefined ? `Set terms of ${plural(cells.length, 'cell')}` : `Copy terms to ${plural(cells.length, 'cell')}`}
      intro={like === undefined ? 'Who has this level already gets these terms; who has none gets access. Another level that a technician holds at the same customer stays.' : `The terms of ${like.technicianName} at ${like.customerOrgName}. You can still change them.`}
      action={like === undefined ? 'Set terms' : 'Copy terms'}
      disabled={incomplete(form)}
      change={(preview, plan) => assign(body())(preview, plan)}
      fields={termFields(form)}
      onClose={onClose}
    >
      {(error) => <TermsFields form={form} onChange={setForm} wrong={withoutPrefix(fieldErrors(error))} keep={like === undefined || like.accessLevel === 'emergency' ? undefined : { expiresAt: like.expiresAt ?? null }} />}
    </PreviewDialog>
  );
}

/** The server names a field where it stands in the body: `terms.expiresAt`. */
function withoutPrefix(wrong: Record<string, string | undefined>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(wrong).map(([name, what]) => [name.replace(/^terms\./, ''), what]));
}
