'use client';
// A secret that is shown this once: to copy, and then to keep where it belongs. It closes by its own button alone.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Typography from '@mui/material/Typography';
import { useId, type ReactNode } from 'react';
import { CopyButton } from './CopyButton';

interface Props {
  title: string;
  /** What it is, as in "Copy token". */
  what: string;
  secret: string;
  intro: ReactNode;
  /** What else has to be entered over there, or how it is used. */
  children?: ReactNode;
  /** What to do without it; what is kept as a hash says so. */
  lost?: string;
  onDone: () => void;
}

export function ShownOnceDialog({ title, what, secret, intro, children, lost = 'It is not shown again: only its hash is kept. If it is lost, revoke it and make another one.', onDone }: Props) {
  const titleId = useId();
  return (
    <Dialog open aria-labelledby={titleId} maxWidth="sm" fullWidth>
      <DialogTitle id={titleId}>{title}</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 4 }}>
        <Typography component="div" variant="body2" color="textSecondary">{intro}</Typography>
        <Box sx={{ display: 'grid', gap: 2, justifyItems: 'start' }}>
          <Box component="output" aria-label={`The ${what}`} className="mono" sx={{ display: 'block', width: '100%', p: 3, border: 1, borderColor: 'neutral.5', borderRadius: '8px', bgcolor: 'neutral.2', overflowWrap: 'anywhere', fontSize: '0.8125rem', userSelect: 'all' }}>
            {secret}
          </Box>
          <CopyButton variant="button" what={what} text={secret} />
        </Box>
        {children}
        <Alert severity="warning">{lost}</Alert>
      </DialogContent>
      <DialogActions>
        <Button variant="outlined" onClick={onDone}>I have kept it</Button>
      </DialogActions>
    </Dialog>
  );
}
