'use client';
// Asks before a paste that is long, runs by itself, or holds more than text.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import { useId } from 'react';
import { numberWords, plural } from '@/shared/lib/time';
import { visibleText, type PasteVerdict } from './paste';

export interface PasteQuestion {
  text: string;
  verdict: PasteVerdict;
  bracketed: boolean;
}

interface Props {
  question: PasteQuestion;
  machine: string;
  onPaste: () => void;
  onClose: () => void;
}

const PREVIEW = 4000;

export function PasteDialog({ question: { text, verdict, bracketed }, machine, onPaste, onClose }: Props) {
  const titleId = useId();
  const { lines, characters, controls } = verdict;
  return (
    <Dialog open onClose={onClose} aria-labelledby={titleId} maxWidth="sm" fullWidth>
      <DialogTitle id={titleId}>{lines > 1 ? `Paste ${numberWords(lines)} lines` : 'Paste this'} into {machine}?</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 3 }}>
        {!bracketed && lines > 1 && <Alert severity="warning">The program there takes a paste as typing: each line runs as soon as it arrives.</Alert>}
        {controls > 0 && <Alert severity="warning">There {controls === 1 ? 'is' : 'are'} {plural(controls, 'control character')} in it, shown below as pictures. A text from a web page may hide commands this way.</Alert>}
        <Box
          component="pre"
          tabIndex={0}
          aria-label="What would be pasted"
          className="mono"
          sx={{ m: 0, p: 3, maxHeight: 260, overflow: 'auto', borderRadius: '6px', border: 1, borderColor: 'neutral.5', bgcolor: 'neutral.2', fontSize: '0.75rem', lineHeight: 1.5, whiteSpace: 'pre' }}
        >
          {visibleText(text, PREVIEW)}
        </Box>
        <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>{plural(lines, 'line')}, {plural(characters, 'character')}</Box>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="contained" autoFocus onClick={onPaste}>Paste</Button>
      </DialogActions>
    </Dialog>
  );
}
