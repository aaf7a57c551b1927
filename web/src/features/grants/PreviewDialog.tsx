'use client';
// Two steps for a change of many grants: what is wished, and what that will do. Nothing is written before the second; a
// toast offers to take it back after.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Typography from '@mui/material/Typography';
import { useId, useState, type ReactNode, type SyntheticEvent } from 'react';
import type { AccessChanges } from '@/shared/api/types';
import { countWords, isEmpty } from '@/shared/lib/changeWords';
import { ChangesView } from '@/shared/ui/ChangesView';
import { formMessage, TextInput } from '@/shared/ui/form';
import { useToast } from '@/shared/ui/toast';
import { useChange, useUndo, type Change } from './changes';

interface Props {
  title: string;
  intro?: ReactNode;
  /** The verb of the act, as in "Set terms". */
  action: string;
  danger?: boolean;
  /** What must be typed once it is known what will change. */
  typed?: (changes: AccessChanges) => string;
  /** What is wished is not complete yet. */
  disabled: boolean;
  change: Change;
  /** The names of the fields that show their own error. */
  fields: readonly string[];
  /** The form, told what the server found wrong. */
  children: (error: unknown) => ReactNode;
  onDone?: (changes: AccessChanges) => void;
  onClose: () => void;
}

export function PreviewDialog({ title, intro, action, danger = false, typed, disabled, change, fields, children, onDone, onClose }: Props) {
  const titleId = useId();
  const toast = useToast();
  const undo = useUndo();
  const [word, setWord] = useState('');
  const { preview, apply } = useChange(change);
  const done = (changes: AccessChanges) => {
    const { batchId } = changes;
    toast.done(`${countWords(changes)}.`, batchId == null ? undefined : { label: 'Undo', run: () => undo(batchId) });
    onDone?.(changes);
    onClose();
  };
  const seen = preview.data;
  const wanted = seen === undefined || typed === undefined ? undefined : typed(seen);
  const ready = seen !== undefined && !isEmpty(seen) && (wanted === undefined || word.trim() === wanted);
  const pending = preview.isPending || apply.isPending;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (pending) return;
    if (seen === undefined) {
      if (!disabled) preview.mutate();
    } else if (ready) apply.mutate(seen.plan, { onSuccess: done });
  };
  const error = seen === undefined ? formMessage(preview.error, fields) : formMessage(apply.error, []);
  return (
    <Dialog open onClose={pending ? undefined : onClose} aria-labelledby={titleId} maxWidth={seen === undefined ? 'sm' : 'md'} fullWidth>
      <Box component="form" onSubmit={submit} noValidate sx={{ display: 'flex', flexDirection: 'column', minHeight: 0 }}>
        <DialogTitle id={titleId}>{title}</DialogTitle>
        <DialogContent>
          {intro !== undefined && seen === undefined && <Typography component="div" variant="body2" color="textSecondary" sx={{ mb: 4 }}>{intro}</Typography>}
          {/* The form stays in place, so that a step back finds it as it was. */}
          <Box sx={{ display: seen === undefined ? 'grid' : 'none', gap: 4, pt: 1, gridTemplateColumns: 'minmax(0, 1fr)' }}>{children(preview.error)}</Box>
          {seen !== undefined && (
            <Box sx={{ display: 'grid', gap: 4, pt: 1, gridTemplateColumns: 'minmax(0, 1fr)' }}>
              <ChangesView changes={seen} />
              {wanted !== undefined && !isEmpty(seen) && <TextInput label={`Type “${wanted}” to confirm`} value={word} onChange={setWord} autoComplete="off" autoFocus mono />}
            </Box>
          )}
          {error !== undefined && <Alert severity="error" sx={{ mt: 4 }}>{error}</Alert>}
        </DialogContent>
        <DialogActions>
          {seen === undefined ? <Button onClick={onClose} disabled={pending}>Cancel</Button> : <Button onClick={() => { preview.reset(); apply.reset(); setWord(''); }} disabled={pending}>Back</Button>}
          {seen === undefined ? (
            <Button key="preview" type="submit" variant="contained" loading={preview.isPending} disabled={disabled}>Preview</Button>
          ) : (
            <Button key="apply" type="submit" variant="contained" color={danger ? 'error' : 'primary'} loading={apply.isPending} disabled={!ready} autoFocus={wanted === undefined && !isEmpty(seen)}>{action}</Button>
          )}
        </DialogActions>
      </Box>
    </Dialog>
  );
}
