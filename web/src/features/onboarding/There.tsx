// What is there already, over the form that adds to it.
import Box from '@mui/material/Box';
import type { ReactNode } from 'react';

export function There({ label, children }: { label: string; children: ReactNode }) {
  return <Box component="ul" aria-label={label} tabIndex={0} sx={{ listStyle: 'none', m: 0, p: 0, border: 1, borderColor: 'neutral.5', borderRadius: '8px', maxHeight: 240, overflowY: 'auto' }}>{children}</Box>;
}

export function ThereLine({ title, children, aside }: { title: ReactNode; children?: ReactNode; aside?: ReactNode }) {
  return (
    <Box component="li" sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'baseline', columnGap: 3, px: 3, py: 2, borderTop: 1, borderColor: 'neutral.4', fontSize: '0.8125rem', '&:first-of-type': { borderTop: 0 } }}>
      <Box sx={{ fontWeight: 540, overflowWrap: 'anywhere' }}>{title}</Box>
      <Box sx={{ flex: 1, minWidth: 0, color: 'text.secondary', overflowWrap: 'anywhere' }}>{children}</Box>
      {aside}
    </Box>
  );
}
