'use client';
// A quiet page while something comes: what, and for how long already.
import Box from '@mui/material/Box';
import CircularProgress from '@mui/material/CircularProgress';
import type { ReactNode } from 'react';
import { LogoMark } from '@/shared/ui/Logo';

interface Props {
  title: string;
  busy?: boolean;
  icon?: ReactNode;
  children?: ReactNode;
}

export function Waiting({ title, busy = true, icon, children }: Props) {
  return (
    <Box component="main" sx={{ minHeight: '100dvh', display: 'grid', gridTemplateRows: 'auto 1fr', bgcolor: 'background.default' }}>
      <Box sx={{ p: 4 }}><LogoMark size={26} /></Box>
      <Box sx={{ display: 'grid', placeItems: 'center', p: 4, pb: '18vh' }}>
        <Box role="status" sx={{ width: 480, maxWidth: '100%', display: 'grid', justifyItems: 'center', textAlign: 'center', gap: 3 }}>
          {busy ? <CircularProgress size={30} thickness={4} aria-label="Working" /> : icon}
          <Box component="h1" sx={{ m: 0, fontSize: '1.25rem', fontWeight: 620, letterSpacing: '-0.014em', overflowWrap: 'anywhere' }}>{title}</Box>
          {children}
        </Box>
      </Box>
    </Box>
  );
}
