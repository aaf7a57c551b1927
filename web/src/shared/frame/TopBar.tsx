'use client';
// Where I am, the search, and me.
import SearchOutlined from '@mui/icons-material/SearchOutlined';
import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import IconButton from '@mui/material/IconButton';
import { Bell, ProposalBell, ReviewBell } from './Bell';
import { Crumbs } from './Crumbs';
import { topBarHeight } from './measures';
import type { NavItem } from './nav';
import { UserMenu } from './UserMenu';

interface Props {
  /** The entry of the rail, and the page within it. */
  current?: NavItem;
  page?: NavItem;
  onSearch: () => void;
}

export function TopBar({ current, page, onSearch }: Props) {
  const mac = /Mac|iPhone|iPad/.test(navigator.userAgent);
  return (
    <Box
      component="header"
      sx={{
        position: 'sticky', top: 0, zIndex: 900, display: 'flex', alignItems: 'center', gap: 3, height: topBarHeight, px: { xs: 4, md: 6 },
        borderBottom: 1, borderColor: 'neutral.5', bgcolor: 'background.paper',
      }}
    >
      <Crumbs roots={[current, page === current ? undefined : page].flatMap((item) => (item === undefined ? [] : [{ label: item.label, href: item.href }]))} />
      <ButtonBase
        onClick={onSearch}
        aria-keyshortcuts={mac ? 'Meta+K' : 'Control+K'}
        sx={{
          display: { xs: 'none', sm: 'flex' }, alignItems: 'center', gap: 2, width: { sm: 208, lg: 260 }, height: 32, px: 2.5, borderRadius: '6px', border: 1,
          borderColor: 'neutral.5', bgcolor: 'neutral.2', color: 'text.secondary', fontSize: '0.8125rem', '&:hover': { borderColor: 'neutral.6' },
        }}
      >
        <SearchOutlined aria-hidden fontSize="small" />
        <Box component="span" sx={{ flex: 1, textAlign: 'left', whiteSpace: 'nowrap' }}>Search or jump to</Box>
        <Box component="kbd" aria-hidden sx={{ fontFamily: 'inherit', fontSize: '0.6875rem', px: '5px', py: '1px', border: 1, borderColor: 'neutral.5', borderRadius: '4px', bgcolor: 'neutral.1' }}>
          {mac ? '⌘K' : 'Ctrl K'}
        </Box>
      </ButtonBase>
      <IconButton aria-label="Search or jump to" onClick={onSearch} sx={{ display: { sm: 'none' } }}>
        <SearchOutlined />
      </IconButton>
      <ReviewBell />
      <ProposalBell />
      <Bell />
      <UserMenu />
    </Box>
  );
}
