'use client';
// A rule that is on or off, with what it means. Who may not change it reads why.
import Box from '@mui/material/Box';
import Switch from '@mui/material/Switch';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import { useId, type ReactNode } from 'react';
import type { Allowed } from '@/shared/session/can';

interface Props {
  title: string;
  checked: boolean;
  allowed: Allowed;
  onChange: () => void;
  /** What it means as it is now. */
  children: ReactNode;
}

export function AllowedSwitch({ title, checked, allowed, onChange, children }: Props) {
  const titleId = useId();
  const noteId = useId();
  const may = allowed === true;
  const control = (
    <Switch
      checked={checked}
      onChange={() => { if (may) onChange(); }}
      sx={may ? undefined : { opacity: 0.55, '& .MuiSwitch-switchBase, & input': { cursor: 'not-allowed' } }}
      slotProps={{ input: { role: 'switch', 'aria-labelledby': titleId, 'aria-describedby': noteId, 'aria-disabled': !may } }}
    />
  );
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', gap: 4, p: 4 }}>
      <Box sx={{ flex: 1 }}>
        <Typography id={titleId} component="h3" sx={{ fontSize: '0.8125rem', fontWeight: 580 }}>{title}</Typography>
        <Typography id={noteId} component="div" variant="body2" color="textSecondary">
          {children}
          {!may && <Box component="span" sx={{ display: 'block', mt: 0.5 }}>{allowed}</Box>}
        </Typography>
      </Box>
      {may ? control : <Tooltip title={allowed}>{control}</Tooltip>}
    </Box>
  );
}
