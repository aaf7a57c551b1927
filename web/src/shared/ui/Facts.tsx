// Names and values of one thing, aligned.
import Box from '@mui/material/Box';
import type { ReactNode } from 'react';

export function Facts({ children, labelWidth = 124 }: { children: ReactNode; labelWidth?: number }) {
  return (
    <Box component="dl" sx={{ m: 0, display: 'grid', gridTemplateColumns: { xs: `${Math.min(labelWidth, 92)}px minmax(0, 1fr)`, sm: `${labelWidth}px minmax(0, 1fr)` }, columnGap: { xs: 3, sm: 4 }, rowGap: '10px', fontSize: '0.8125rem', lineHeight: '22px' }}>
      {children}
    </Box>
  );
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <Box component="dt" sx={{ color: 'text.secondary' }}>
        {name}
      </Box>
      <Box component="dd" sx={{ m: 0, overflowWrap: 'anywhere', minWidth: 0 }}>
        {children}
      </Box>
    </>
  );
}
