'use client';
// Leaving a shell that runs: it waits a minute, then ends. Asked, because a click on the mark is easily made.
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import { useId } from 'react';

interface Props {
  machine: string;
  onStay: () => void;
  onLeave: () => void;
  onEnd: () => void;
}

export function LeaveDialog({ machine, onStay, onLeave, onEnd }: Props) {
  const titleId = useId();
  return (
    <Dialog open onClose={onStay} aria-labelledby={titleId} maxWidth="xs" fullWidth>
      <DialogTitle id={titleId}>Leave {machine}?</DialogTitle>
      <DialogContent sx={{ fontSize: '0.8125rem', color: 'text.secondary' }}>
        The shell goes on for a minute without you. Come back to it in that time by Sessions, or it ends.
      </DialogContent>
      <DialogActions>
        <Button color="error" onClick={onEnd} sx={{ mr: 'auto' }}>End the session</Button>
        <Button onClick={onLeave}>Leave</Button>
        <Button variant="contained" autoFocus onClick={onStay}>Stay</Button>
      </DialogActions>
    </Dialog>
  );
}
