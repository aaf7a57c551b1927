// Words for screen readers, where the eye has a sign.
import Box from '@mui/material/Box';
import type { ReactNode } from 'react';

export function Unseen({ children }: { children: ReactNode }) {
  return <Box component="span" sx={{ position: 'absolute', width: '1px', height: '1px', overflow: 'hidden', clipPath: 'inset(50%)', whiteSpace: 'nowrap' }}>{children}</Box>;
}
