'use client';
// What one must know of this recording before believing it whole.
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Link from 'next/link';
import type { Recording, RecordingIndex } from '@/shared/api/types';
import { clockDuration } from '@/shared/lib/time';
import { paths } from '@/shared/paths';
import type { Playback } from './playback/playback';
import { usePlayback, type Player } from './usePlayer';

interface Props {
  recording: Recording;
  index: RecordingIndex;
  player: Player | null;
  refreshing: boolean;
  onRefresh: () => void;
}

export function PlayerNotices({ recording, index, player, refreshing, onRefresh }: Props) {
  const going = recording.status === 'recording';
  return (
    <>
      {going && (
        <Alert
          severity="info"
          sx={{ mb: 3, flexWrap: { xs: 'wrap', sm: 'nowrap' }, '& .MuiAlert-message': { flex: { xs: '1 1 200px', sm: 'initial' } }, '& .MuiAlert-action': { alignItems: 'center', p: 0, pb: { xs: 2, sm: 0 }, gap: 1 } }}
          action={
            <>
              <Button size="small" variant="outlined" loading={refreshing} onClick={onRefresh}>Load what came since</Button>
              <Button size="small" variant="outlined" component={Link} href={paths.terminal(recording.id, 'watch')} prefetch={false}>Watch it live</Button>
            </>
          }
        >
          This session goes on. You see it up to {clockDuration(index.durationMs)}.
        </Alert>
      )}
      {!going && (recording.incomplete || !index.complete) && (
        <Alert severity="warning" sx={{ mb: 3 }}>
          Incomplete: it stops at {clockDuration(index.durationMs)}, before its session did. What is here is as it was recorded as far as Verify says so.
        </Alert>
      )}
      {player !== null && <DamageNotice playback={player.playback} of={index.chunks.length} />}
    </>
  );
}

function DamageNotice({ playback, of }: { playback: Playback; of: number }) {
  const damage = usePlayback(playback, (state) => state.damage);
  if (damage === null) return null;
  return (
    <Alert severity="error" sx={{ mb: 3 }}>
      Part {damage.seq} of {of}, from {clockDuration(damage.at)} on, is damaged. {damage.message} It can be played up to there; Verify says whether what comes before is genuine.
    </Alert>
  );
}
