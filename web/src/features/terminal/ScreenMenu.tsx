'use client';
// The menu under the pointer.
import ContentCopyOutlined from '@mui/icons-material/ContentCopyOutlined';
import ContentPasteOutlined from '@mui/icons-material/ContentPasteOutlined';
import SearchOutlined from '@mui/icons-material/SearchOutlined';
import SelectAllOutlined from '@mui/icons-material/SelectAll';
import Box from '@mui/material/Box';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { keys, type ScreenActions } from './screenActions';

interface Props {
  at: { x: number; y: number } | null;
  selected: boolean;
  canPaste: boolean;
  actions: ScreenActions;
  onClose: () => void;
}

export function ScreenMenu({ at, selected, canPaste, actions, onClose }: Props) {
  const run = (act: () => void) => () => {
    onClose();
    act();
  };
  const hint = (text: string) => <Box component="span" aria-hidden sx={{ ml: 'auto', pl: 4, fontSize: '0.6875rem', color: 'text.secondary', '@media (pointer: coarse)': { display: 'none' } }}>{text}</Box>;
  return (
    <Menu open={at !== null} onClose={onClose} anchorReference="anchorPosition" anchorPosition={at === null ? undefined : { left: at.x, top: at.y }} transitionDuration={0} disableRestoreFocus slotProps={{ root: { role: 'region', 'aria-label': 'Screen' }, paper: { sx: { width: 224 } }, list: { 'aria-label': 'Screen' } }}>
      <MenuItem disabled={!selected} onClick={run(actions.copy)}><ContentCopyOutlined aria-hidden fontSize="small" /> Copy {hint(keys.copy)}</MenuItem>
      {canPaste && <MenuItem onClick={run(actions.paste)}><ContentPasteOutlined aria-hidden fontSize="small" /> Paste {hint(keys.paste)}</MenuItem>}
      <MenuItem onClick={run(actions.selectAll)}><SelectAllOutlined aria-hidden fontSize="small" /> Select all</MenuItem>
      <MenuItem onClick={run(actions.search)}><SearchOutlined aria-hidden fontSize="small" /> Search {hint(keys.search)}</MenuItem>
    </Menu>
  );
}
