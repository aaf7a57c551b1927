'use client';
// The tools at hand on wide screens; the menu beside them has all.
import FullscreenOutlined from '@mui/icons-material/Fullscreen';
import FullscreenExit from '@mui/icons-material/FullscreenExit';
import SearchOutlined from '@mui/icons-material/Search';
import TextDecrease from '@mui/icons-material/TextDecrease';
import TextIncrease from '@mui/icons-material/TextIncrease';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import Tooltip from '@mui/material/Tooltip';
import type { ReactNode } from 'react';
import { keys, type ScreenActions } from './screenActions';
import { useFullScreen } from './useFullScreen';

export function BarTools({ actions }: { actions: ScreenActions }) {
  const full = useFullScreen();
  return (
    <Box sx={{ display: { xs: 'none', lg: 'flex' }, flex: 'none', alignItems: 'center' }}>
      <Tool label="Smaller type" onClick={actions.smallerType}><TextDecrease /></Tool>
      <Tool label="Larger type" onClick={actions.largerType}><TextIncrease /></Tool>
      <Tool label="Search" hint={keys.search} onClick={actions.search}><SearchOutlined /></Tool>
      <Tool label={full ? 'Leave full screen' : 'Full screen'} onClick={actions.toggleFullScreen}>{full ? <FullscreenExit /> : <FullscreenOutlined />}</Tool>
    </Box>
  );
}

function Tool({ label, hint, onClick, children }: { label: string; hint?: string; onClick: () => void; children: ReactNode }) {
  return (
    <Tooltip title={hint === undefined ? label : `${label} (${hint})`}>
      <IconButton size="small" aria-label={label} onClick={onClick}>{children}</IconButton>
    </Tooltip>
  );
}
