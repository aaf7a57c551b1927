'use client';
// "3 hr. ago", with the exact time on hover and for machines.
import Box from '@mui/material/Box';
import Tooltip from '@mui/material/Tooltip';
import { exactTime, relativeTime } from '@/shared/lib/time';
import { useNow } from '@/shared/lib/useNow';

interface Props {
  at: string | null | undefined;
  /** Said when there is no time. */
  none?: string;
  /** It may still be to come. */
  ahead?: boolean;
}

export function RelativeTime({ at, none = '–', ahead = false }: Props) {
  const now = useNow();
  if (at === null || at === undefined) return <Box component="span" sx={{ color: 'text.secondary' }}>{none}</Box>;
  return (
    <Tooltip title={exactTime(at)}>
      <Box component="time" dateTime={at} className="tabular" sx={{ whiteSpace: 'nowrap' }}>
        {relativeTime(at, now, ahead)}
      </Box>
    </Tooltip>
  );
}
