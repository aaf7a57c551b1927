'use client';
// What differs between a day of the past and today, as a sentence and as a list.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useState } from 'react';
import type { AccessDifference, AccessDifferences, GrantHours, LevelDifference } from '@/shared/api/types';
import { differencesOf } from '@/shared/lib/changeWords';
import { hoursWords } from '@/shared/lib/hours';
import { plural } from '@/shared/lib/time';
import { levelWords } from '@/shared/lib/words';
import { CustomerTag } from '@/shared/ui/CustomerTag';
import { DetailDrawer } from '@/shared/ui/DetailDrawer';
import { EmptyState } from '@/shared/ui/EmptyState';
import { LevelChip } from '@/shared/ui/LevelChip';
import { dayTitle } from './days';

/** Beside a level; nothing where it holds at any time. */
function hours(of: GrantHours | null | undefined) {
  return of == null ? null : <Box component="span" sx={{ color: 'text.secondary' }}>{hoursWords(of)}</Box>;
}

/** What became different of one level; what came or went of the fullest stands above. */
function Level({ level: { accessLevel, before, after, changed }, item }: { level: LevelDifference; item: AccessDifference }) {
  const [came, went] = [before == null, after == null];
  if ((came && item.after === accessLevel) || (went && item.before === accessLevel)) return null;
  const words = before == null || after == null ? [came ? 'only since then' : 'not today any more'] : [
    ...differencesOf(before, after),
    ...(changed.includes('startsAt') ? ['another beginning'] : []),
    ...(changed.includes('reason') ? [`“${before.reason}” → “${after.reason}”`] : []),
  ];
  return <Box sx={{ flex: '1 0 100%', color: 'text.secondary', overflowWrap: 'anywhere' }}>{levelWords[accessLevel]}: {words.join('; ')}</Box>;
}

export function Differences({ day, differences }: { day: string; differences: AccessDifferences | undefined }) {
  const [open, setOpen] = useState(false);
  const count = differences?.items.length;
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 2, px: 3, py: 2, mb: 3, borderRadius: '8px', border: 1, borderColor: 'severity.medium.line', bgcolor: 'severity.medium.soft', color: 'severity.medium.text', fontSize: '0.8125rem' }}>
      <Box role="status" sx={{ flex: '1 1 240px' }}>
        Access as it stood at the end of {dayTitle(day)}. {count === undefined ? 'Comparing with today…' : count === 0 ? 'It is the same today.' : `${plural(count, 'cell')}${differences?.truncated === true ? ' or more' : ''} ${count === 1 ? 'differs' : 'differ'} from today.`} Nothing can be changed here.
      </Box>
      {count !== undefined && count > 0 && <Button size="small" variant="outlined" onClick={() => setOpen(true)}>Show what differs</Button>}
      <DetailDrawer open={open} onClose={() => setOpen(false)} title="What differs from today" subtitle={`Since the end of ${dayTitle(day)}`} width={560}>
        {count === 0 && <EmptyState dense title="Nothing differs" />}
        <Box component="ul" aria-label="Differences" sx={{ listStyle: 'none', m: 0, p: 0 }}>
          {differences?.items.map((item) => (
            <Box component="li" key={`${item.technicianId} ${item.customerOrgId}`} sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 2, py: 2, borderTop: 1, borderColor: 'neutral.4', fontSize: '0.8125rem', '&:first-of-type': { borderTop: 0 } }}>
              <Box sx={{ flex: '1 1 200px', minWidth: 0, display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: '4px 8px', overflowWrap: 'anywhere' }}>
                {item.technicianName} <CustomerTag id={item.customerOrgId} name={item.customerOrgName} />
              </Box>
              <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 2 }}>
                {item.before == null ? 'No access' : <><LevelChip level={item.before} />{hours(item.hoursBefore)}</>}
                <span aria-label="then">→</span>
                {item.after == null ? 'No access' : <><LevelChip level={item.after} />{hours(item.hoursAfter)}</>}
              </Box>
              {item.levels.map((level) => <Level key={level.accessLevel} level={level} item={item} />)}
            </Box>
          ))}
        </Box>
        {differences?.truncated === true && <Box sx={{ pt: 3, fontSize: '0.8125rem', color: 'text.secondary' }}>There are more: choose a later day to see fewer.</Box>}
      </DetailDrawer>
    </Box>
  );
}
