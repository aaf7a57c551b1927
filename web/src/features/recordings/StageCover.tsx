'use client';
// Over the screen: the large button while it stands, and what is waited for.
import PlayArrow from '@mui/icons-material/PlayArrow';
import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import CircularProgress from '@mui/material/CircularProgress';
import LinearProgress from '@mui/material/LinearProgress';
import { useEffect, useState } from 'react';
import { clockDuration } from '@/shared/lib/time';
import type { Playback } from './playback/playback';
import { usePlayback, useTime } from './usePlayer';

/** A jump that takes no longer is not spoken of. */
const SOON_MS = 250;

export function StageCover({ playback }: { playback: Playback }) {
  const busy = usePlayback(playback, (state) => state.busy);
  const trouble = usePlayback(playback, (state) => state.trouble);
  const playing = usePlayback(playback, (state) => state.playing);
  const at = useTime(playback);
  if (busy !== null) return <Busy key={busy} playback={playback} winding={busy === 'winding'} trouble={trouble} />;
  if (playing || at > 0) return null;
  return (
    <Box sx={{ position: 'absolute', inset: 0, display: 'grid', placeItems: 'center', pointerEvents: 'none' }}>
      <ButtonBase
        aria-label="Play from the start"
        onClick={() => playback.play()}
        sx={{ pointerEvents: 'auto', width: 72, height: 72, borderRadius: '50%', bgcolor: 'primary.main', color: 'primary.contrastText', boxShadow: '0 8px 32px rgb(0 0 0 / 0.5)', '&:hover': { bgcolor: 'primary.light' } }}
      >
        <PlayArrow sx={{ fontSize: 40 }} />
      </ButtonBase>
    </Box>
  );
}

function Busy({ playback, winding, trouble }: { playback: Playback; winding: boolean; trouble: string | null }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), SOON_MS);
    return () => clearTimeout(timer);
  }, []);
  const progress = usePlayback(playback, (state) => Math.round(state.progress * 100));
  const at = useTime(playback);
  if (!late && trouble === null) return null;
  return (
    <Box sx={{ position: 'absolute', inset: 0, display: 'grid', placeItems: 'center', p: 4, bgcolor: winding ? 'rgb(12 15 20 / 0.82)' : 'transparent', pointerEvents: 'none' }}>
      <Box role="status" sx={{ display: 'grid', justifyItems: 'center', gap: 3, px: 6, py: 4, borderRadius: '10px', bgcolor: '#171b22', color: '#eef1f6', border: '1px solid #2a313c', fontSize: '0.8125rem', minWidth: 220, textAlign: 'center' }}>
        {trouble !== null ? (
          <>
            <strong>Waiting for the recording</strong>
            <span>{trouble}</span>
          </>
        ) : winding ? (
          <>
            <span>Winding to <span className="tabular">{clockDuration(at)}</span></span>
            <LinearProgress variant="determinate" value={progress} aria-label="Winding" sx={{ width: 160 }} />
          </>
        ) : (
          <CircularProgress size={22} aria-label="Loading" />
        )}
      </Box>
    </Box>
  );
}
