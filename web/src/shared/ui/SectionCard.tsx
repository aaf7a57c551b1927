// A separate thing on a page, with a heading of its own.
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useId, type ReactNode } from 'react';

interface Props {
  title: string;
  note?: ReactNode;
  action?: ReactNode;
  padded?: boolean;
  children: ReactNode;
}

export function SectionCard({ title, note, action, padded = true, children }: Props) {
  const id = useId();
  return (
    <Box component="section" aria-labelledby={id} sx={{ border: 1, borderColor: 'neutral.5', borderRadius: '8px', bgcolor: 'background.paper', minWidth: 0, overflow: 'hidden' }}>
      <Box sx={{ display: 'flex', alignItems: 'center', flexWrap: 'wrap', gap: 2, minHeight: 44, px: 4, py: 1.5, borderBottom: 1, borderColor: 'neutral.4' }}>
        {/* A long name wraps beside the act instead of pushing it to a line of its own. */}
        <Box sx={{ display: 'flex', flex: '1 1 168px', flexWrap: 'wrap', alignItems: 'baseline', columnGap: 2, minWidth: 0 }}>
          <Typography id={id} variant="h3" component="h2" sx={{ fontSize: '0.875rem', overflowWrap: 'anywhere' }}>
            {title}
          </Typography>
          {note !== undefined && <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>{note}</Box>}
        </Box>
        {action !== undefined && <Box sx={{ ml: 'auto' }}>{action}</Box>}
      </Box>
      <Box sx={padded ? { p: 4 } : {}}>{children}</Box>
    </Box>
  );
}
