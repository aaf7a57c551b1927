'use client';
// Everything one can do here, in words, with the keys beside it.
import AccessibilityNewOutlined from '@mui/icons-material/AccessibilityNewOutlined';
import ContentCopyOutlined from '@mui/icons-material/ContentCopyOutlined';
import ContentPasteOutlined from '@mui/icons-material/ContentPasteOutlined';
import ContrastOutlined from '@mui/icons-material/ContrastOutlined';
import CheckOutlined from '@mui/icons-material/CheckOutlined';
import Fullscreen from '@mui/icons-material/Fullscreen';
import MoreVert from '@mui/icons-material/MoreVert';
import SearchOutlined from '@mui/icons-material/SearchOutlined';
import StopCircleOutlined from '@mui/icons-material/StopCircleOutlined';
import TextDecrease from '@mui/icons-material/TextDecrease';
import TextIncrease from '@mui/icons-material/TextIncrease';
import Box from '@mui/material/Box';
import Divider from '@mui/material/Divider';
import IconButton from '@mui/material/IconButton';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import type { SvgIconComponent } from '@mui/icons-material';
import { useState } from 'react';
import type { Allowed } from '@/shared/session/can';
import { keys, type ScreenActions } from './screenActions';
import { changeSettings, useTerminalSettings } from './settings';

interface Props {
  actions: ScreenActions;
  canPaste: boolean;
  /** Null when there is nothing to end. */
  mayEnd: Allowed | null;
  onEnd: () => void;
}

export const BAR_MENU_ID = 'terminal-menu';

export function BarMenu({ actions, canPaste, mayEnd, onEnd }: Props) {
  const settings = useTerminalSettings();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const close = () => setAnchor(null);
  const item = (Icon: SvgIconComponent, label: string, run: () => void, options: { hint?: string; checked?: boolean; stay?: boolean; danger?: boolean } = {}) => (
    <MenuItem
      role={options.checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
      aria-checked={options.checked}
      onClick={() => {
        if (options.stay !== true) close();
        run();
      }}
      sx={options.danger === true ? { color: 'severity.critical.text' } : undefined}
    >
      <Icon aria-hidden fontSize="small" />
      <Box component="span" sx={{ flex: 1 }}>{label}</Box>
      {options.checked === true && <CheckOutlined aria-hidden fontSize="small" />}
      {options.hint !== undefined && <Box component="span" aria-hidden sx={{ ml: 4, fontSize: '0.6875rem', color: 'text.secondary', '@media (pointer: coarse)': { display: 'none' } }}>{options.hint}</Box>}
    </MenuItem>
  );
  return (
    <>
      <IconButton id={BAR_MENU_ID} size="small" aria-label="More" aria-haspopup="menu" aria-expanded={anchor !== null} onClick={(event) => setAnchor(event.currentTarget)}>
        <MoreVert />
      </IconButton>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={close} anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }} transformOrigin={{ vertical: 'top', horizontal: 'right' }} slotProps={{ root: { role: 'region', 'aria-label': 'More' }, paper: { sx: { width: 268 } } }}>
        {item(ContentCopyOutlined, 'Copy', actions.copy, { hint: keys.copy })}
        {canPaste && item(ContentPasteOutlined, 'Paste', actions.paste, { hint: keys.paste })}
        {item(SearchOutlined, 'Search', actions.search, { hint: keys.search })}
        <Divider component="li" />
        {item(TextIncrease, 'Larger type', actions.largerType, { stay: true })}
        {item(TextDecrease, 'Smaller type', actions.smallerType, { stay: true })}
        {item(Fullscreen, 'Full screen', actions.toggleFullScreen)}
        {item(ContrastOutlined, 'Light screen', () => changeSettings({ tone: settings.tone === 'light' ? 'dark' : 'light' }), { checked: settings.tone === 'light', stay: true })}
        {item(AccessibilityNewOutlined, 'Screen reader mode', () => changeSettings({ screenReader: !settings.screenReader }), { checked: settings.screenReader, stay: true })}
        {mayEnd === true && <Divider component="li" />}
        {mayEnd === true && item(StopCircleOutlined, 'End the session…', onEnd, { danger: true })}
      </Menu>
    </>
  );
}
