'use client';
// How access stands: its status, and where it stands but is closed by its hours at this moment, that and when it opens.
import Box from '@mui/material/Box';
import type { Grant } from '@/shared/api/types';
import { closedNow, opensWords } from '@/shared/lib/opening';
import { useNow } from '@/shared/lib/useNow';
import { Mark, StatusChip } from './StatusChip';

type Standing = Pick<Grant, 'status' | 'hours' | 'openNow' | 'opensAt' | 'closesAt'>;

export function GrantStatus({ grant }: { grant: Standing }) {
  const now = useNow();
  if (!closedNow(grant, now)) return <StatusChip status={grant.status} />;
  const opens = grant.hours == null || grant.opensAt == null ? undefined : opensWords(grant.opensAt, grant.hours, now);
  return (
    <Box component="span" sx={{ display: 'inline-block', verticalAlign: 'middle', maxWidth: { xs: 208, sm: '100%' }, lineHeight: 1.25 }}>
      <Box component="span" sx={{ display: 'flex', alignItems: 'center', gap: '7px', whiteSpace: 'nowrap' }}><Mark look="waiting" />Active, closed now</Box>
      {opens !== undefined && <Box component="span" title={opens} sx={{ display: 'block', pl: '15px', fontSize: '0.75rem', color: 'text.secondary', overflow: 'hidden', textOverflow: 'ellipsis', overflowWrap: 'anywhere' }}>opens {opens}</Box>}
    </Box>
  );
}
