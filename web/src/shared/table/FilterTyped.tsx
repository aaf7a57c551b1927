'use client';
// A filter whose value is typed or pasted: an address, an id. Enter narrows the list to it.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Popover from '@mui/material/Popover';
import { useState, type SyntheticEvent } from 'react';
import { TextInput } from '@/shared/ui/form';
import type { TypedFilter } from './types';

interface Props {
  label: string;
  typed: TypedFilter;
  value: string | undefined;
  anchor: HTMLElement;
  onPick: (value: string) => void;
  onClose: () => void;
}

export function FilterTyped({ label, typed: { hint, placeholder, check }, value = '', anchor, onPick, onClose }: Props) {
  const [text, setText] = useState(value);
  const [error, setError] = useState<string | undefined>(undefined);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const wanted = text.trim();
    const wrong = check(wanted);
    if (wrong === undefined) onPick(wanted);
    else setError(wrong);
  };
  return (
    <Popover open anchorEl={anchor} onClose={onClose} anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }} slotProps={{ paper: { role: 'dialog', 'aria-label': label, sx: { width: 320, mt: 1 } } }}>
      <Box component="form" noValidate onSubmit={submit} sx={{ display: 'grid', gap: 3, p: 4 }}>
        <TextInput label={label} value={text} onChange={(next) => { setText(next); setError(undefined); }} mono autoFocus autoComplete="off" placeholder={placeholder} hint={hint} error={error} />
        <Box sx={{ display: 'flex', justifyContent: 'flex-end', gap: 2 }}>
          <Button size="small" onClick={onClose}>Cancel</Button>
          <Button size="small" type="submit" variant="contained" disabled={text.trim() === ''}>Show</Button>
        </Box>
      </Box>
    </Popover>
  );
}
