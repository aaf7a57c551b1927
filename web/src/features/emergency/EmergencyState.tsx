'use client';
// How it stands: a shape and a word; and a clock that runs down while it lasts.
import Box from '@mui/material/Box';
import Tooltip from '@mui/material/Tooltip';
import { clockDuration, exactTime } from '@/shared/lib/time';
import { useNow } from '@/shared/lib/useNow';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { Mark } from '@/shared/ui/StatusChip';
import type { Emergency } from './api';
import { stateOf } from './words';

export function EmergencyState({ emergency }: { emergency: Emergency }) {
  const { word, look } = stateOf(emergency);
  return <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: '7px', whiteSpace: 'nowrap', color: look === 'bad' ? 'severity.critical.text' : 'inherit' }}><Mark look={look} />{word}</Box>;
}

export function Countdown({ until }: { until: string }) {
  const left = new Date(until).getTime() - useNow('second');
  return (
    <Tooltip title={`Ends ${exactTime(until)}`}>
      <Box component="time" dateTime={until} className="tabular" sx={{ whiteSpace: 'nowrap', fontWeight: 580, color: 'severity.high.text' }}>{left <= 0 ? 'Ending' : `${clockDuration(left)} left`}</Box>
    </Tooltip>
  );
}

/** What comes next, or came last. */
export function NextStep({ emergency: { status, endsAt, reviewDueAt, overdue, review } }: { emergency: Emergency }) {
  if (status === 'active') return <Countdown until={endsAt} />;
  if (status === 'awaiting_review') return <Box component="span" sx={{ color: overdue ? 'severity.critical.text' : 'inherit' }}>{overdue ? 'Was due ' : 'Due '}<RelativeTime at={reviewDueAt} ahead /></Box>;
  return <>Reviewed by {review?.byName ?? 'somebody'}</>;
}
