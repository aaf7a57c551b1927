'use client';
// What happened beside the text: who came and watched, sizes, the end.
import Box from '@mui/material/Box';
import { EmptyState } from '@/shared/ui/EmptyState';
import { momentWords } from './moments';
import type { Playback } from './playback/playback';
import type { Moment } from './playback/survey';
import { Rows } from './Rows';

const timeOf = (moment: Moment) => moment.at;

export function Happenings({ playback, moments, people }: { playback: Playback; moments: readonly Moment[]; people: Record<string, string> }) {
  const named = Object.values(people);
  if (moments.length === 0) return <EmptyState dense title="Nothing beside the text">Nobody watched, and the screen kept its size.</EmptyState>;
  return (
    <>
      <Rows label="Events" items={moments} timeOf={timeOf} playback={playback}>{(moment) => momentWords(moment)}</Rows>
      {named.length > 0 && <Box sx={{ flex: 'none', px: 4, py: 2, borderTop: 1, borderColor: 'neutral.4', fontSize: '0.75rem', color: 'text.secondary' }}>Could type: {named.join(', ')}</Box>}
    </>
  );
}
