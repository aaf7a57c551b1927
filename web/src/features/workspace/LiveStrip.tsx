'use client';
// My sessions that still run: one click back into each.
import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import Link from 'next/link';
import { durationWords } from '@/shared/lib/time';
import { useNow } from '@/shared/lib/useNow';
import { lengthOf } from '@/shared/lib/visit';
import { paths } from '@/shared/paths';
import { useSession } from '@/shared/session/SessionProvider';
import { CustomerTag } from '@/shared/ui/CustomerTag';
import { StatusChip } from '@/shared/ui/StatusChip';
import { useMyLiveSessions } from './api';

export function LiveStrip() {
  const { profile } = useSession();
  const now = useNow();
  const sessions = useMyLiveSessions(profile.id).data?.items ?? [];
  if (sessions.length === 0) return null;
  return (
    <Box component="section" aria-label="Your open sessions" sx={{ display: 'flex', flexWrap: 'wrap', gap: 3, mb: 5 }}>
      {sessions.map((session) => (
        <ButtonBase
          key={session.id}
          component={Link}
          href={paths.terminal(session.id)}
          prefetch={false}
          sx={{ display: 'flex', flexWrap: { xs: 'wrap', sm: 'nowrap' }, columnGap: 3, rowGap: 1, maxWidth: '100%', px: 3, py: 2, borderRadius: '8px', border: 1, borderColor: 'ok.line', bgcolor: 'ok.soft', fontSize: '0.8125rem', '&:hover': { borderColor: 'ok.main' } }}
        >
          <StatusChip status={session.status} />
          <Box component="span" sx={{ fontWeight: 580, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>{session.assetName}</Box>
          <CustomerTag id={session.organizationId} name={session.organizationName} />
          <Box component="span" className="tabular" sx={{ color: 'text.secondary', whiteSpace: 'nowrap' }}>{durationWords(lengthOf(session, now))}</Box>
        </ButtonBase>
      ))}
    </Box>
  );
}
