'use client';
// The left rail on wide screens; narrow when collapsed, and it stays so in this browser.
import MenuOpenOutlined from '@mui/icons-material/MenuOpenOutlined';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import Tooltip from '@mui/material/Tooltip';
import Link from 'next/link';
import { useState } from 'react';
import { useSession } from '@/shared/session/SessionProvider';
import { LogoMark, Wordmark } from '@/shared/ui/Logo';
import { railWidth } from './measures';
import type { NavItem } from './nav';

const COLLAPSED_KEY = 'sallyport.rail';

export function Rail({ items, current }: { items: readonly NavItem[]; current?: NavItem }) {
  const { profile } = useSession();
  // Rendered only when the profile is there, that is in the browser.
  const [collapsed, setCollapsed] = useState(() => localStorage.getItem(COLLAPSED_KEY) === 'closed');
  const toggle = () => {
    localStorage.setItem(COLLAPSED_KEY, collapsed ? 'open' : 'closed');
    setCollapsed(!collapsed);
  };
  return (
    <Box
      component="nav"
      aria-label="Main"
      sx={{
        display: { xs: 'none', md: 'flex' }, flexDirection: 'column', flex: 'none', position: 'sticky', top: 0, height: '100dvh',
        width: collapsed ? railWidth.closed : railWidth.open, borderRight: 1, borderColor: 'neutral.5', bgcolor: 'background.default', overflow: 'hidden',
      }}
    >
      <Box component={Link} href="/" aria-label="Sallyport, home" sx={{ display: 'flex', alignItems: 'center', gap: 2.5, height: 48, px: '16px', color: 'text.primary', textDecoration: 'none', outlineOffset: '-4px !important' }}>
        <LogoMark />
        {!collapsed && <Wordmark />}
      </Box>
      {!collapsed && (
        <Box sx={{ px: '18px', pt: 1, pb: 3, fontSize: '0.75rem', color: 'text.secondary', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }} title={profile.organization.name}>
          {profile.organization.name}
        </Box>
      )}
      <Box component="ul" sx={{ listStyle: 'none', m: 0, px: 2, py: collapsed ? 2 : 0, flex: 1, overflowY: 'auto' }}>
        {items.map((item) => (
          <Box component="li" key={item.href} sx={{ mb: '2px' }}>
            <RailLink item={item} active={item === current} collapsed={collapsed} />
          </Box>
        ))}
      </Box>
      <Box sx={{ p: 2 }}>
        <Tooltip title={collapsed ? 'Widen the menu' : ''} placement="right">
          <IconButton aria-label={collapsed ? 'Widen the menu' : 'Narrow the menu'} onClick={toggle} sx={{ width: 40, height: 34 }}>
            <MenuOpenOutlined sx={{ transform: collapsed ? 'scaleX(-1)' : undefined }} />
          </IconButton>
        </Tooltip>
      </Box>
    </Box>
  );
}

function RailLink({ item, active, collapsed }: { item: NavItem; active: boolean; collapsed: boolean }) {
  return (
    <Tooltip title={collapsed ? item.label : ''} placement="right">
      <Box
        component={Link}
        href={item.href}
        aria-current={active ? 'page' : undefined}
        aria-label={collapsed ? item.label : undefined}
        sx={{
          display: 'flex', alignItems: 'center', gap: '10px', height: 34, px: '10px', borderRadius: '6px', textDecoration: 'none', outlineOffset: '-2px !important',
          fontSize: '0.8125rem', fontWeight: active ? 580 : 480, color: active ? 'text.primary' : 'neutral.9',
          bgcolor: active ? 'neutral.4' : 'transparent', '&:hover': { bgcolor: active ? 'neutral.4' : 'neutral.3' },
          '& svg': { color: active ? 'primary.main' : 'neutral.8' },
        }}
      >
        <item.Icon aria-hidden />
        {!collapsed && <span>{item.label}</span>}
      </Box>
    </Tooltip>
  );
}
