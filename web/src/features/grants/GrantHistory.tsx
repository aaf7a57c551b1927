'use client';
// The life of one grant, newest first.
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { historyWords } from '@/shared/lib/changeWords';
import { useNow } from '@/shared/lib/useNow';
import { ErrorState } from '@/shared/ui/ErrorState';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { HistoryAction } from './AccessHistory';
import { useAccessHistory } from './api';

export function GrantHistory({ grantId, organizationId }: { grantId: string; organizationId: string }) {
  const query = useAccessHistory({ grantId, organizationId, limit: 50 });
  const now = useNow();
  return (
    <Box component="section" aria-label="History">
      <Typography component="h3" sx={{ fontSize: '0.8125rem', fontWeight: 580, mb: 2 }}>History</Typography>
      {query.isPending && <Skeleton variant="rounded" height={64} />}
      {query.isError && <ErrorState dense error={query.error} onRetry={() => void query.refetch()} />}
      <Box component="ol" aria-label="Changes of this grant" sx={{ listStyle: 'none', m: 0, p: 0, fontSize: '0.8125rem' }}>
        {query.data?.items.map((entry) => (
          <Box component="li" key={entry.id} sx={{ py: 2, borderTop: 1, borderColor: 'neutral.4', '&:first-of-type': { borderTop: 0 } }}>
            <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: '0 12px', alignItems: 'baseline' }}>
              <HistoryAction action={entry.action} />
              <Box component="span" sx={{ ml: 'auto', color: 'text.secondary' }}>{entry.changedByName}, <RelativeTime at={entry.changedAt} /></Box>
            </Box>
            <Box sx={{ overflowWrap: 'anywhere' }}>{historyWords(entry, now)}</Box>
            {entry.reason !== '' && <Box sx={{ color: 'text.secondary', overflowWrap: 'anywhere' }}>{entry.reason}</Box>}
          </Box>
        ))}
        {query.data?.items.length === 0 && <Box component="li" sx={{ color: 'text.secondary' }}>No change is written down.</Box>}
      </Box>
    </Box>
  );
}
