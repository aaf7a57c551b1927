'use client';
// Asks before an act. What destroys asks for the name typed.
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Typography from '@mui/material/Typography';
import { useId, useState, type ReactNode, type SyntheticEvent } from 'react';
import { messageOf } from '@/shared/api/error';
import { TextInput } from './form';

interface Props {
  title: string;
  children: ReactNode;
  /** The verb of the act, as in "Revoke access". */
  action: string;
  danger?: boolean;
  /** Must be typed before the act is possible. */
  typedName?: string;
  /** Asks for a reason and hands it to onConfirm. */
  reason?: { label: string; required: boolean };
  pending: boolean;
  error: unknown;
  onConfirm: (reason: string) => void;
  onClose: () => void;
}

export function ConfirmDialog({ title, children, action, danger = false, typedName, reason, pending, error, onConfirm, onClose }: Props) {
  const titleId = useId();
  const [typed, setTyped] = useState('');
  const [why, setWhy] = useState('');
  const nameMissing = typedName !== undefined && typed.trim() !== typedName;
  const reasonMissing = reason?.required === true && why.trim() === '';
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!pending && !nameMissing && !reasonMissing) onConfirm(why.trim());
  };
  return (
    <Dialog open onClose={onClose} aria-labelledby={titleId} maxWidth="xs" fullWidth>
      <form onSubmit={submit}>
        <DialogTitle id={titleId}>{title}</DialogTitle>
        <DialogContent sx={{ display: 'grid', gap: 4 }}>
          <Typography component="div" variant="body2" color="textSecondary">
            {children}
          </Typography>
          {reason !== undefined && (
            <TextInput label={reason.label} value={why} onChange={setWhy} required={reason.required} multiline autoFocus />
          )}
          {typedName !== undefined && (
            <TextInput
              label={`Type “${typedName}” to confirm`}
              value={typed}
              onChange={setTyped}
              autoComplete="off"
              autoFocus={reason === undefined}
            />
          )}
          {error !== null && error !== undefined && <Alert severity="error">{messageOf(error)}</Alert>}
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="contained" color={danger ? 'error' : 'primary'} disabled={nameMissing || reasonMissing} loading={pending}>
            {action}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
