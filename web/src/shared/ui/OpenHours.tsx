'use client';
// Whether access is open by its hours now, and when that changes. Nothing where it has none.
import Box from '@mui/material/Box';
import type { Grant } from '@/shared/api/types';
import { hoursWords } from '@/shared/lib/hours';
import { RelativeTime } from './RelativeTime';

type Opening = Pick<Grant, 'status' | 'hours' | 'openNow' | 'opensAt' | 'closesAt'>;

export function OpenHours({ grant }: { grant: Opening }) {
  if (grant.hours == null || (grant.status !== 'active' && grant.status !== 'scheduled')) return null;
  const closed = grant.status === 'active' && !grant.openNow;
  return (
    <Box component="span" sx={{ color: closed ? 'severity.high.text' : 'text.secondary' }}>
      {closed && 'Closed now. '}
      Holds {hoursWords(grant.hours)}
      {closed && (grant.opensAt == null ? '; it does not open again' : <>; opens <RelativeTime at={grant.opensAt} ahead /></>)}
      {grant.openNow && grant.closesAt != null && <>; closes <RelativeTime at={grant.closesAt} ahead /></>}
    </Box>
  );
}
