'use client';
// How long something still holds; turns to words of warning near its end.
import Box from '@mui/material/Box';
import Tooltip from '@mui/material/Tooltip';
import { durationWords, exactTime } from '@/shared/lib/time';
import { useNow } from '@/shared/lib/useNow';

interface Props {
  until: string | null | undefined;
  none?: string;
  /** Counted from this instant of the past; from now, when not given. */
  from?: number;
}

export function TimeLeft({ until, none = 'No end', from }: Props) {
  const clock = useNow();
  const now = from ?? clock;
  if (until === null || until === undefined) return <Box component="span" sx={{ color: 'text.secondary' }}>{none}</Box>;
  const left = new Date(until).getTime() - now;
  const color = left <= 0 ? 'severity.critical.text' : left < 60 * 60_000 ? 'severity.high.text' : left < 24 * 60 * 60_000 ? 'severity.medium.text' : 'inherit';
  return (
    <Tooltip title={`${left <= 0 ? 'Ended' : 'Ends'} ${exactTime(until)}`}>
      <Box component="time" dateTime={until} className="tabular" sx={{ color, whiteSpace: 'nowrap' }}>
        {left <= 0 ? 'Ended' : `${durationWords(left)} left`}
      </Box>
    </Tooltip>
  );
}
