'use client';
// The hours of access in small, and that they are closed at the instant that is looked at. Nothing where it has none.
import Box from '@mui/material/Box';
import type { Grant } from '@/shared/api/types';
import { hoursWords } from '@/shared/lib/hours';
import { closedAt } from '@/shared/lib/opening';
import { useNow } from '@/shared/lib/useNow';

interface Props {
  grant: Pick<Grant, 'status' | 'hours'>;
  /** An instant of the past; now, when not given. */
  past?: number;
}

export function HoursNote({ grant, past }: Props) {
  const now = useNow();
  if (grant.hours == null) return null;
  const closed = closedAt(grant, past ?? now);
  return (
    <Box component="span" sx={{ color: closed ? 'severity.high.text' : 'text.secondary', overflowWrap: 'anywhere' }}>
      {closed && (past === undefined ? 'Closed now. ' : 'Closed then. ')}{hoursWords(grant.hours)}
    </Box>
  );
}
