'use client';
// Me: my account, how it looks, and the ways out.
import DarkModeOutlined from '@mui/icons-material/DarkModeOutlined';
import DesktopWindowsOutlined from '@mui/icons-material/DesktopWindowsOutlined';
import DevicesOutlined from '@mui/icons-material/DevicesOutlined';
import LightModeOutlined from '@mui/icons-material/LightModeOutlined';
import LogoutOutlined from '@mui/icons-material/LogoutOutlined';
import PersonOutlined from '@mui/icons-material/PersonOutlined';
import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import Divider from '@mui/material/Divider';
import MenuList from '@mui/material/MenuList';
import MenuItem from '@mui/material/MenuItem';
import Popover from '@mui/material/Popover';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import { useColorScheme } from '@mui/material/styles';
import { useRouter } from 'next/navigation';
import { useState, type MouseEvent } from 'react';
import { messageOf } from '@/shared/api/error';
import { roleWords } from '@/shared/lib/words';
import { paths } from '@/shared/paths';
import { useSession } from '@/shared/session/SessionProvider';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { PersonAvatar } from '@/shared/ui/PersonAvatar';
import { useToast } from '@/shared/ui/toast';

export function UserMenu() {
  const { profile, signOut } = useSession();
  const router = useRouter();
  const toast = useToast();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [everywhere, setEverywhere] = useState<'closed' | 'asking' | 'working'>('closed');
  const close = () => setAnchor(null);
  const leave = (scope: 'here' | 'everywhere') => signOut(scope).catch((error: unknown) => {
    setEverywhere('closed');
    toast.error(messageOf(error));
  });
  return (
    <>
      <ButtonBase
        aria-label={`Your account, ${profile.displayName}`}
        aria-haspopup="dialog"
        aria-expanded={anchor !== null}
        onClick={(event: MouseEvent<HTMLElement>) => setAnchor(event.currentTarget)}
        sx={{ borderRadius: '50%' }}
      >
        <PersonAvatar name={profile.displayName} size={30} />
      </ButtonBase>
      <Popover anchorEl={anchor} open={anchor !== null} onClose={close} anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }} transformOrigin={{ vertical: 'top', horizontal: 'right' }} slotProps={{ paper: { role: 'dialog', 'aria-label': 'Your account', sx: { width: 264, p: 1 } } }}>
        <Box sx={{ px: 2.5, pt: 2, pb: 3, overflow: 'hidden' }}>
          <Box sx={{ fontSize: '0.8125rem', fontWeight: 600, overflow: 'hidden', textOverflow: 'ellipsis' }}>{profile.displayName}</Box>
          <Box sx={{ fontSize: '0.75rem', color: 'text.secondary', overflow: 'hidden', textOverflow: 'ellipsis' }}>{profile.email}</Box>
          <Box sx={{ fontSize: '0.75rem', color: 'text.secondary', mt: 1 }}>{roleWords[profile.role]} · {profile.organization.name}</Box>
        </Box>
        <Divider sx={{ mb: 1 }} />
        <SchemeChoice />
        <Divider sx={{ my: 1 }} />
        <MenuList autoFocusItem aria-label="Your account" sx={{ p: 0 }}>
        <MenuItem onClick={() => { close(); router.push(paths.account()); }}>
          <PersonOutlined fontSize="small" /> My account
        </MenuItem>
        <MenuItem onClick={() => { close(); setEverywhere('asking'); }}>
          <DevicesOutlined fontSize="small" /> Sign out everywhere…
        </MenuItem>
        <MenuItem onClick={() => { close(); void leave('here'); }}>
          <LogoutOutlined fontSize="small" /> Sign out
        </MenuItem>
        </MenuList>
      </Popover>
      {everywhere !== 'closed' && (
        <ConfirmDialog
          title="Sign out everywhere?"
          action="Sign out everywhere"
          pending={everywhere === 'working'}
          error={null}
          onClose={() => setEverywhere('closed')}
          onConfirm={() => { setEverywhere('working'); void leave('everywhere'); }}
        >
          Every browser and device where you are signed in is signed out, this one too. Your open terminal sessions end.
        </ConfirmDialog>
      )}
    </>
  );
}

const schemes = [
  { mode: 'light', label: 'Light', Icon: LightModeOutlined },
  { mode: 'dark', label: 'Dark', Icon: DarkModeOutlined },
  { mode: 'system', label: 'As the system', Icon: DesktopWindowsOutlined },
] as const;

function SchemeChoice() {
  const { mode, setMode } = useColorScheme();
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', justifyContent: 'space-between', px: 2.5, py: 1, fontSize: '0.8125rem' }}>
      Appearance
      <ToggleButtonGroup exclusive size="small" value={mode ?? 'system'} aria-label="Appearance" onChange={(_event, next: 'light' | 'dark' | 'system' | null) => { if (next !== null) setMode(next); }}>
        {schemes.map(({ mode: each, label, Icon }) => (
          <ToggleButton key={each} value={each} aria-label={label} title={label} sx={{ p: '4px 8px' }}>
            <Icon fontSize="small" />
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
    </Box>
  );
}
