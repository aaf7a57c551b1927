'use client';
// The frame around every signed-in screen: rail by role, top bar, and on a phone a bar at the bottom.
import Box from '@mui/material/Box';
import { usePathname } from 'next/navigation';
import { useState, type ReactNode } from 'react';
import { useSession } from '@/shared/session/SessionProvider';
import { BottomBar } from './BottomBar';
import { CommandPalette } from './CommandPalette';
import { CrumbsProvider } from './Crumbs';
import { bottomBarHeight, topBarHeight } from './measures';
import { currentItem, pageOf, railOf } from './nav';
import { NotForYou } from './NotForYou';
import { Rail } from './Rail';
import { TopBar } from './TopBar';
import { useShortcut } from './useShortcut';

export function Frame({ children }: { children: ReactNode }) {
  const { profile } = useSession();
  const pathname = usePathname();
  const items = railOf(profile);
  const current = currentItem(items, pathname);
  const page = pageOf(profile, pathname);
  const [palette, setPalette] = useState(false);
  useShortcut('k', () => setPalette(true), { meta: true });

  return (
    <CrumbsProvider>
      <Box
        component="a"
        href="#main"
        sx={{ position: 'absolute', left: -9999, zIndex: 2000, '&:focus': { left: 8, top: 8, px: 3, py: 2, bgcolor: 'background.paper', borderRadius: '6px' } }}
      >
        Skip to the content
      </Box>
      <Box sx={{ display: 'flex', minHeight: '100dvh' }}>
        <Rail items={items} current={current} />
        <Box sx={{ flex: 1, minWidth: 0, display: 'flex', flexDirection: 'column', bgcolor: 'background.paper' }}>
          <TopBar current={current} page={page} onSearch={() => setPalette(true)} />
          <Box
            component="main"
            id="main"
            tabIndex={-1}
            sx={{
              flex: 1, minWidth: 0, p: { xs: 4, md: 6 }, pb: { xs: `calc(${bottomBarHeight}px + 24px)`, md: 8 }, outline: 'none',
              minHeight: `calc(100dvh - ${topBarHeight}px)`,
            }}
          >
            {page === undefined ? <NotForYou /> : children}
          </Box>
        </Box>
      </Box>
      <BottomBar items={items} current={current} />
      {palette && <CommandPalette onClose={() => setPalette(false)} />}
    </CrumbsProvider>
  );
}
