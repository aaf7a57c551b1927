// One thing of a list in a card: a sign, its name, what there is to say of it, and its act.
import Box from '@mui/material/Box';
import type { ReactNode } from 'react';

interface Props {
  icon?: ReactNode;
  title: ReactNode;
  /** Beside the name: a state. */
  aside?: ReactNode;
  action?: ReactNode;
  children: ReactNode;
}

export function CardLine({ icon, title, aside, action, children }: Props) {
  return (
    <Box component="li" sx={{ display: 'flex', alignItems: 'flex-start', gap: { xs: 3, sm: 4 }, px: 4, py: 3, borderTop: 1, borderColor: 'neutral.4', '&:first-of-type': { borderTop: 0 } }}>
      {icon !== undefined && <Box aria-hidden sx={{ display: 'flex', mt: '2px', color: 'neutral.8', '& svg': { fontSize: 20 } }}>{icon}</Box>}
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'baseline', columnGap: 3, fontSize: '0.875rem' }}>
          <Box sx={{ fontWeight: 560, overflowWrap: 'anywhere' }}>{title}</Box>
          {aside !== undefined && <Box sx={{ fontSize: '0.8125rem' }}>{aside}</Box>}
        </Box>
        <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary', overflowWrap: 'anywhere' }}>{children}</Box>
      </Box>
      {action !== undefined && <Box sx={{ flex: 'none' }}>{action}</Box>}
    </Box>
  );
}

export function CardList({ label, children }: { label: string; children: ReactNode }) {
  return <Box component="ul" aria-label={label} sx={{ listStyle: 'none', m: 0, p: 0 }}>{children}</Box>;
}
