'use client';
// A customer's home: who of the provider went into our network, when, why, and how long. By day, newest first.
import HowToRegOutlined from '@mui/icons-material/HowToRegOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import ButtonBase from '@mui/material/ButtonBase';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import Link from 'next/link';
import { useState } from 'react';
import type { Session } from '@/shared/api/types';
import { clockTime, dayWords, plural } from '@/shared/lib/time';
import { endWords } from '@/shared/lib/words';
import { startOf } from '@/shared/lib/visit';
import { paths } from '@/shared/paths';
import { useSession } from '@/shared/session/SessionProvider';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { LevelChip } from '@/shared/ui/LevelChip';
import { PageHeader } from '@/shared/ui/PageHeader';
import { PersonAvatar } from '@/shared/ui/PersonAvatar';
import { StatusChip } from '@/shared/ui/StatusChip';
import { useVisits } from './api';
import { Duration } from './VisitsTable';
import { VisitsCalendar } from './VisitsCalendar';

export function WhoWasHereScreen() {
  const { profile } = useSession();
  const [limit, setLimit] = useState(50);
  const [day, setDay] = useState<string | null>(null);
  const query = useVisits({ organizationId: profile.organization.id, limit }, 15_000);
  const all = query.data?.items;
  const live = (all ?? []).filter((visit) => visit.status !== 'ended' && visit.status !== 'refused');
  const shown = (all ?? []).filter((visit) => day === null || dayKey(startOf(visit)) === day);
  const sentence = live.length === 0 ? 'Nobody is in your network right now.' : `${plural(live.length, 'person is', 'people are')} in your network right now.`;
  return (
    <>
      <PageHeader title="Who was here" intro={all === undefined ? 'Who of the provider went into your network, when and why.' : `${sentence} Every visit is recorded.`} />
      {query.isError && all === undefined && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton variant="rounded" height={320} />}
      {all?.length === 0 && (
        <Box sx={{ border: 1, borderColor: 'neutral.5', borderRadius: '8px' }}>
          <EmptyState icon={<HowToRegOutlined />} title="Nobody was here yet">When someone of the provider opens a session on one of your machines, you see it here while it happens.</EmptyState>
        </Box>
      )}
      {all !== undefined && all.length > 0 && (
        <Box sx={{ display: 'grid', gap: 6, gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 1fr) 264px' }, alignItems: 'start' }}>
          <Box sx={{ display: 'grid', gap: 5, order: { xs: 2, lg: 1 }, minWidth: 0 }}>
            {[...byDay(shown)].map(([key, visits]) => <Day key={key} visits={visits} />)}
            {shown.length === 0 && <EmptyState dense title="Nobody was here on this day" />}
            {query.data !== undefined && query.data.total > all.length && limit < 200 && (
              <Button variant="outlined" onClick={() => setLimit(200)} loading={query.isFetching}>Show earlier visits</Button>
            )}
          </Box>
          <Box sx={{ order: { xs: 1, lg: 2 }, position: { lg: 'sticky' }, top: 72 }}>
            <VisitsCalendar days={countByDay(all)} chosen={day} onChoose={setDay} />
          </Box>
        </Box>
      )}
    </>
  );
}

/** The day in the reader's zone, as YYYY-MM-DD. */
export function dayKey(iso: string): string {
  const date = new Date(iso);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}

function byDay(visits: readonly Session[]): Map<string, Session[]> {
  const days = new Map<string, Session[]>();
  for (const visit of visits) {
    const key = dayKey(startOf(visit));
    days.set(key, [...(days.get(key) ?? []), visit]);
  }
  return days;
}

function countByDay(visits: readonly Session[]): ReadonlyMap<string, number> {
  return new Map([...byDay(visits)].map(([key, list]) => [key, list.length]));
}

function Day({ visits }: { visits: readonly Session[] }) {
  const first = visits[0];
  if (first === undefined) return null;
  return (
    <Box component="section" aria-label={dayWords(startOf(first))}>
      <Typography variant="h3" component="h2" sx={{ mb: 2, fontSize: '0.8125rem' }}>{dayWords(startOf(first))}</Typography>
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, border: 1, borderColor: 'neutral.5', borderRadius: '8px', overflow: 'hidden' }}>
        {visits.map((visit) => <Visit key={visit.id} visit={visit} />)}
      </Box>
    </Box>
  );
}

function Visit({ visit }: { visit: Session }) {
  return (
    <Box component="li" sx={{ borderTop: 1, borderColor: 'neutral.4', '&:first-of-type': { borderTop: 0 } }}>
      <ButtonBase
        component={Link}
        href={paths.session(visit.id)}
        prefetch={false}
        sx={{
          display: 'grid', width: '100%', textAlign: 'left', alignItems: 'center', columnGap: 4, rowGap: 2, px: 4, py: 3, outlineOffset: '-3px !important', '&:hover': { bgcolor: 'neutral.2' },
          gridTemplateColumns: { xs: 'auto minmax(0, 1fr) auto', md: '64px auto minmax(0, 1fr) 120px 104px' },
        }}
      >
        <Box component="time" dateTime={startOf(visit)} className="tabular" sx={{ fontSize: '0.8125rem', color: 'text.secondary', whiteSpace: 'nowrap', display: { xs: 'none', md: 'block' } }}>{clockTime(startOf(visit))}</Box>
        <PersonAvatar name={visit.technicianName} size={32} />
        <Box sx={{ minWidth: 0 }}>
          <Box sx={{ fontSize: '0.875rem', overflowWrap: 'anywhere' }}>
            <Box component="span" sx={{ fontWeight: 600 }}>{visit.technicianName}</Box> on <Box component="span" sx={{ fontWeight: 600 }}>{visit.assetName}</Box>{' '}
            <Box component="span" className="mono" sx={{ color: 'text.secondary', fontSize: '0.8125rem' }}>as {visit.username}</Box>
          </Box>
          <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary', overflowWrap: 'anywhere' }}>
            <Box component="span" className="tabular" sx={{ display: { md: 'none' } }}>{clockTime(startOf(visit))} · </Box>
            {visit.reason === '' ? 'No reason was given' : visit.reason}
            {visit.endCode && visit.endCode !== 'exited' && visit.endCode !== 'ended_by_owner' ? ` · ${endWords[visit.endCode]}` : ''}
          </Box>
        </Box>
        <Box sx={{ display: { xs: 'none', md: 'block' } }}><LevelChip level={visit.accessLevel} /></Box>
        <Box className="tabular" sx={{ fontSize: '0.8125rem', textAlign: 'right', whiteSpace: 'nowrap' }}>
          {visit.status === 'ended' ? <Duration session={visit} /> : <StatusChip status={visit.status} />}
        </Box>
      </ButtonBase>
    </Box>
  );
}
