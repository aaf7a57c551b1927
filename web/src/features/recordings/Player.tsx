'use client';
// The player: the screen, the bar below it, and beside it what was said, typed and done.
import '@xterm/xterm/css/xterm.css';
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import { useMemo, useRef } from 'react';
import type { Recording, RecordingIndex } from '@/shared/api/types';
import { topBarHeight } from '@/shared/frame/measures';
import { screenThemes } from '@/shared/terminal/palette';
import { Controls } from './Controls';
import { momentsOf } from './moments';
import { PlayerHeader } from './PlayerHeader';
import { PlayerNotices } from './PlayerNotices';
import { SeekBar } from './SeekBar';
import { SidePanel } from './SidePanel';
import { StageCover } from './StageCover';
import { useFindings, usePlayer } from './usePlayer';
import { usePlayerKeys } from './usePlayerKeys';

interface Props {
  recording: Recording;
  index: RecordingIndex;
  startAt: number;
  q: string;
  refreshing: boolean;
  onRefresh: () => void;
}

export function Player({ recording, index, startAt, q, refreshing, onRefresh }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const player = usePlayer(box, index, startAt);
  const reading = useFindings(player);
  const found = reading.findings?.resizes;
  const moments = useMemo(() => momentsOf(index, found ?? []), [found, index]);
  usePlayerKeys(player?.playback);
  return (
    <Box sx={{ display: 'flex', flexDirection: 'column', height: { lg: `calc(100dvh - ${topBarHeight + 24 + 24}px)` }, minHeight: { lg: 520 }, mb: { lg: -2 } }}>
      <PlayerHeader recording={recording} />
      <PlayerNotices recording={recording} index={index} player={player} refreshing={refreshing} onRefresh={onRefresh} />
      <Box sx={{ flex: 1, minHeight: 0, display: 'grid', gap: 4, gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 1fr) 380px' }, gridTemplateRows: { lg: 'minmax(0, 1fr)' } }}>
        <Box component="section" aria-label="Player" sx={{ display: 'flex', flexDirection: 'column', minHeight: 0, border: 1, borderColor: 'neutral.5', borderRadius: '8px', overflow: 'hidden' }}>
          <Box sx={{ position: 'relative', flex: 1, minHeight: { xs: 'min(56vw, 60vh)', lg: 0 }, height: { xs: 'min(72vw, 62vh)', lg: 'auto' }, bgcolor: screenThemes.dark.background, display: 'flex' }}>
            <Box
              ref={box}
              role="group"
              aria-label="The recorded screen. Its text stands in the transcript."
              sx={{ flex: 1, minWidth: 0, m: '8px', display: 'grid', placeItems: 'safe center', overflow: 'auto', '& .xterm-viewport': { backgroundColor: 'transparent !important' }, '& .xterm': { cursor: 'default', outline: '1px solid #7f8a9b40', outlineOffset: 3 } }}
            />
            {player !== null && <StageCover playback={player.playback} />}
          </Box>
          {player === null ? (
            <Skeleton variant="rectangular" height={104} />
          ) : (
            <Box sx={{ borderTop: 1, borderColor: 'neutral.5', bgcolor: 'background.paper' }}>
              <SeekBar playback={player.playback} findings={reading.findings} moments={moments} bytes={recording.rawBytes} />
              <Controls playback={player.playback} recordingId={recording.id} />
            </Box>
          )}
        </Box>
        {player === null ? <Skeleton variant="rounded" sx={{ height: { xs: 360, lg: 'auto' } }} /> : <SidePanel playback={player.playback} reading={reading} moments={moments} index={index} recording={recording} q={q} />}
      </Box>
    </Box>
  );
}
