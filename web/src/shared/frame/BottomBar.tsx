'use client';
// The rail of a phone: four entries, the rest in a sheet.
import MoreHorizOutlined from '@mui/icons-material/MoreHorizOutlined';
import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import Drawer from '@mui/material/Drawer';
import Link from 'next/link';
import { useState } from 'react';
import { bottomBarHeight } from './measures';
import type { NavItem } from './nav';

const entry = {
  flex: 1, minWidth: 0, display: 'flex', flexDirection: 'column', alignItems: 'center', justifyContent: 'center', gap: '3px', fontSize: '0.6875rem',
  fontWeight: 520, letterSpacing: '-0.01em', textDecoration: 'none', color: 'text.secondary', outlineOffset: '-4px !important',
  '&[aria-current=page]': { color: 'text.primary', '& svg': { color: 'primary.main' } }, '& svg': { fontSize: 20 },
} as const;

export function BottomBar({ items, current }: { items: readonly NavItem[]; current?: NavItem }) {
  const [open, setOpen] = useState(false);
  if (items.length < 2) return null;
  const shown = items.length > 5 ? items.slice(0, 4) : items;
  const rest = items.slice(shown.length);
  return (
    <Box
      component="nav"
      aria-label="Main, bottom"
      sx={{
        display: { xs: 'flex', md: 'none' }, position: 'fixed', insetInline: 0, bottom: 0, px: 1, zIndex: 1000, height: bottomBarHeight, bgcolor: 'background.default',
        borderTop: 1, borderColor: 'neutral.5', pb: 'env(safe-area-inset-bottom)', boxSizing: 'content-box',
      }}
    >
      {shown.map((item) => (
        <Box component={Link} key={item.href} href={item.href} aria-current={item === current ? 'page' : undefined} sx={entry}>
          <item.Icon aria-hidden />
          {item.label}
        </Box>
      ))}
      {rest.length > 0 && (
        <ButtonBase onClick={() => setOpen(true)} sx={entry} aria-haspopup="dialog" aria-current={current !== undefined && rest.includes(current) ? 'page' : undefined}>
          <MoreHorizOutlined aria-hidden />
          More
        </ButtonBase>
      )}
      <Drawer anchor="bottom" open={open} onClose={() => setOpen(false)} slotProps={{ paper: { role: 'dialog', 'aria-label': 'More', sx: { borderRadius: '14px 14px 0 0', p: 3, pb: 6 } } }}>
        <Box aria-hidden sx={{ width: 36, height: 4, borderRadius: 2, bgcolor: 'neutral.5', mx: 'auto', mb: 3 }} />
        {rest.map((item) => (
          <Box
            component={Link}
            key={item.href}
            href={item.href}
            onClick={() => setOpen(false)}
            aria-current={item === current ? 'page' : undefined}
            sx={{ display: 'flex', alignItems: 'center', gap: 4, height: 48, px: 3, borderRadius: '8px', color: 'text.primary', textDecoration: 'none', fontSize: '0.9375rem', '& svg': { color: 'neutral.8' } }}
          >
            <item.Icon aria-hidden />
            {item.label}
          </Box>
        ))}
      </Drawer>
    </Box>
  );
}
