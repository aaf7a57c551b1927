'use client';
// Below the time line: play, jump, speed, pauses, where it is.
import FastForwardOutlined from '@mui/icons-material/FastForwardOutlined';
import Forward5 from '@mui/icons-material/Forward5';
import LinkOutlined from '@mui/icons-material/LinkOutlined';
import Pause from '@mui/icons-material/Pause';
import PlayArrow from '@mui/icons-material/PlayArrow';
import Replay5 from '@mui/icons-material/Replay5';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import ToggleButton from '@mui/material/ToggleButton';
import Tooltip from '@mui/material/Tooltip';
import { useState } from 'react';
import { clockDuration } from '@/shared/lib/time';
import { paths } from '@/shared/paths';
import { useToast } from '@/shared/ui/toast';
import { speeds, type Playback } from './playback/playback';
import { usePlayback, useTime } from './usePlayer';
import { jump, JUMP_MS, toggle } from './usePlayerKeys';

export function Controls({ playback, recordingId }: { playback: Playback; recordingId: string }) {
  const playing = usePlayback(playback, (state) => state.playing);
  const skipIdle = usePlayback(playback, (state) => state.skipIdle);
  const duration = usePlayback(playback, (state) => state.duration);
  const at = useTime(playback);
  const toast = useToast();
  const copyLink = () => {
    const link = new URL(paths.player(recordingId, Math.round(playback.state.at)), window.location.href).href;
    void navigator.clipboard.writeText(link).then(() => toast.done('The link to this moment is copied.'), () => toast.error('The browser did not allow copying.'));
  };
  return (
    <Box role="group" aria-label="Playing" sx={{ display: 'flex', alignItems: 'center', gap: 1, px: 3, pb: 2 }}>
      <Tooltip title={playing ? 'Pause (space)' : 'Play (space)'}>
        <IconButton aria-label={playing ? 'Pause' : 'Play'} onClick={() => toggle(playback)} sx={{ color: 'text.primary' }}>
          {playing ? <Pause sx={{ fontSize: 24 }} /> : <PlayArrow sx={{ fontSize: 24 }} />}
        </IconButton>
      </Tooltip>
      <Tooltip title="Back 5 seconds (←)"><IconButton aria-label="Back 5 seconds" onClick={() => jump(playback, -JUMP_MS)}><Replay5 /></IconButton></Tooltip>
      <Tooltip title="On 5 seconds (→)"><IconButton aria-label="On 5 seconds" onClick={() => jump(playback, JUMP_MS)}><Forward5 /></IconButton></Tooltip>
      <Box className="tabular" sx={{ ml: 1, fontSize: '0.8125rem', whiteSpace: 'nowrap' }}>
        {clockDuration(at)} <Box component="span" sx={{ color: 'text.secondary' }}>/ {clockDuration(duration)}</Box>
      </Box>
      <Box sx={{ ml: 'auto', display: 'flex', alignItems: 'center', gap: 2 }}>
        <Tooltip title="Copy the link to this moment"><IconButton aria-label="Copy the link to this moment" onClick={copyLink} sx={{ display: { xs: 'none', sm: 'inline-flex' } }}><LinkOutlined /></IconButton></Tooltip>
        <Tooltip title="Of a pause, two seconds are played">
          <ToggleButton value="skip" size="small" selected={skipIdle} onChange={() => playback.setSkipIdle(!skipIdle)} sx={{ height: 28, px: '10px', gap: '6px', fontSize: '0.75rem', textTransform: 'none', whiteSpace: 'nowrap' }}>
            <FastForwardOutlined aria-hidden sx={{ fontSize: 16 }} />
            <Box component="span" sx={{ display: { xs: 'none', sm: 'inline' } }}>Skip pauses</Box>
            <Box component="span" className="visually-hidden" sx={{ display: { sm: 'none' } }}>Skip pauses</Box>
          </ToggleButton>
        </Tooltip>
        <Speed playback={playback} />
      </Box>
    </Box>
  );
}

function Speed({ playback }: { playback: Playback }) {
  const speed = usePlayback(playback, (state) => state.speed);
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <Tooltip title="Speed (↑ ↓)">
        <Button size="small" variant="outlined" aria-label={`Speed, now ${speed} times`} aria-haspopup="menu" aria-expanded={anchor !== null} onClick={(event) => setAnchor(event.currentTarget)} className="tabular" sx={{ width: 56 }}>
          {speed}×
        </Button>
      </Tooltip>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)} anchorOrigin={{ vertical: 'top', horizontal: 'right' }} transformOrigin={{ vertical: 'bottom', horizontal: 'right' }} slotProps={{ root: { role: 'region', 'aria-label': 'Speed' } }}>
        {speeds.map((each) => (
          <MenuItem
            key={each}
            role="menuitemradio"
            aria-checked={each === speed}
            selected={each === speed}
            className="tabular"
            onClick={() => {
              setAnchor(null);
              playback.setSpeed(each);
            }}
          >
            {each}×
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}
