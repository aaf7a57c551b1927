'use client';
// What the signs of the matrix mean, drawn as in the matrix.
import Box from '@mui/material/Box';
import type { ReactNode } from 'react';
import { levelWords } from '@/shared/lib/words';
import type { AccessLevel } from '@/shared/api/types';
import { UNUSED_DAYS, letters } from './cells';
import { gridStyles } from './gridStyles';

const sample = { position: 'relative', display: 'inline-block', width: 26, height: 22, flex: 'none' } as const;

export function Legend({ past }: { past: boolean }) {
  const marks = Object.fromEntries(Object.entries(gridStyles).filter(([name]) => /^& \.(mark|dot|sign)/.test(name)));
  return (
    <Box component="ul" aria-label="What the signs mean" sx={{ ...marks, '& .mark': { ...gridStyles['& .mark'], inset: 0 }, listStyle: 'none', m: 0, p: 0, display: 'flex', flexWrap: 'wrap', columnGap: 4, rowGap: '6px', fontSize: '0.75rem', color: 'text.secondary' }}>
      {(['read_only', 'full_access', 'emergency'] as const satisfies readonly AccessLevel[]).map((level) => (
        <Item key={level} words={levelWords[level]}><span className="mark" data-level={level}>{letters[level]}</span></Item>
      ))}
      <Item words="Scheduled"><span className="mark" data-scheduled="true" data-level="read_only">R</span></Item>
      <Item words={past ? 'Outside its hours then' : 'Outside its hours now'}><span className="mark" data-closed="true" data-level="full_access">F</span></Item>
      <Item words="Ends within 7 days"><span className="mark" data-level="read_only" data-edge="week">R</span></Item>
      <Item words="Within a day"><span className="mark" data-level="read_only" data-edge="day">R</span></Item>
      <Item words={`Unused for ${UNUSED_DAYS} days`}><span className="mark" data-level="read_only">R</span><span className="dot" style={{ right: -2, top: -2 }} /></Item>
      {past && (['−', '+', '≠'] as const).map((sign) => (
        <Item key={sign} words={{ '−': 'Not today any more', '+': 'Only since then', '≠': 'Another level or other hours today' }[sign]}><span className="sign" style={{ left: 6, bottom: 4 }}>{sign}</span></Item>
      ))}
    </Box>
  );
}

function Item({ words, children }: { words: string; children: ReactNode }) {
  return (
    <Box component="li" sx={{ display: 'inline-flex', alignItems: 'center', gap: 2 }}>
      <Box component="span" aria-hidden sx={sample}>{children}</Box>
      {words}
    </Box>
  );
}
