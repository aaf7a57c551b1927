'use client';
// The detail beside its list. Escape closes it; on a phone it covers the screen.
import Close from '@mui/icons-material/Close';
import Box from '@mui/material/Box';
import Drawer from '@mui/material/Drawer';
import IconButton from '@mui/material/IconButton';
import Typography from '@mui/material/Typography';
import { useId, type ReactNode } from 'react';

interface Props {
  open: boolean;
  title: ReactNode;
  subtitle?: ReactNode;
  actions?: ReactNode;
  width?: number;
  children: ReactNode;
  onClose: () => void;
}

export function DetailDrawer({ open, title, subtitle, actions, width = 480, children, onClose }: Props) {
  const titleId = useId();
  return (
    <Drawer
      anchor="right"
      open={open}
      onClose={onClose}
      slotProps={{
        paper: { role: 'dialog', 'aria-labelledby': titleId, sx: { width: { xs: '100%', sm: width }, maxWidth: '100vw', borderLeft: 1, borderColor: 'neutral.5', outline: 'none !important' } },
        backdrop: { sx: { backgroundColor: 'rgb(9 12 17 / 0.18) !important' } },
      }}
    >
      <Box sx={{ display: 'flex', alignItems: 'flex-start', gap: 2, p: 5, pb: 4, borderBottom: 1, borderColor: 'neutral.4' }}>
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <Typography id={titleId} variant="h3" component="h2" sx={{ overflowWrap: 'anywhere' }}>
            {title}
          </Typography>
          {subtitle !== undefined && (
            <Typography component="div" variant="body2" color="textSecondary" sx={{ mt: 1 }}>
              {subtitle}
            </Typography>
          )}
        </Box>
        <IconButton aria-label="Close" onClick={onClose} sx={{ m: '-6px' }}>
          <Close />
        </IconButton>
      </Box>
      <Box sx={{ flex: 1, overflowY: 'auto', p: 5 }}>{children}</Box>
      {actions !== undefined && (
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, p: 4, px: 5, borderTop: 1, borderColor: 'neutral.4' }}>{actions}</Box>
      )}
    </Drawer>
  );
}
