// Nothing here yet, and the next step.
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';

interface Props {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  dense?: boolean;
}

export function EmptyState({ icon, title, children, action, dense = false }: Props) {
  return (
    <Box sx={{ display: 'grid', placeItems: 'center', minHeight: dense ? 140 : 280, p: 6 }}>
      <Box sx={{ maxWidth: 400, textAlign: 'center', display: 'grid', justifyItems: 'center', gap: 2 }}>
        {icon !== undefined && (
          <Box
            aria-hidden
            sx={{ display: 'grid', placeItems: 'center', width: 40, height: 40, borderRadius: '8px', border: 1, borderColor: 'neutral.5', color: 'neutral.8', mb: 1 }}
          >
            {icon}
          </Box>
        )}
        <Typography variant="h3" component="h2">
          {title}
        </Typography>
        {children !== undefined && (
          <Typography component="div" variant="body2" color="textSecondary">
            {children}
          </Typography>
        )}
        {action !== undefined && <Box sx={{ mt: 2 }}>{action}</Box>}
      </Box>
    </Box>
  );
}
