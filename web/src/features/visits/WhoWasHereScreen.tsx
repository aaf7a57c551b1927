'use client';
// A customer's home: who of the provider went into our network, when, why, and how long. By day, newest first.
import HowToRegOutlined from '@mui/icons-material/HowToRegOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import { useMemo, useState, type ReactNode } from 'react';
import { useSession } from '@/shared/session/SessionProvider';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { PageHeader } from '@/shared/ui/PageHeader';
import { useVisits } from './api';
import { Day } from './Day';
import { daysOf, presence } from './days';
import { VisitsCalendar } from './VisitsCalendar';

/** `now`: what goes on at this moment beside visits. */
export function WhoWasHereScreen({ now }: { now: ReactNode }) {
  const { profile } = useSession();
  const [limit, setLimit] = useState(50);
  const [day, setDay] = useState<string | null>(null);
  const query = useVisits({ organizationId: profile.organization.id, limit }, 15_000);
  const all = query.data?.items;
  const days = useMemo(() => daysOf(all ?? []), [all]);
  const shown = days.filter(({ key }) => day === null || key === day);
  return (
    <>
      <PageHeader title="Who was here" intro={all === undefined ? 'Who of the provider went into your network, when and why.' : `${presence(all)} Every visit is recorded.`} />
      {now}
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
            {shown.map((each) => <Day key={each.key} day={each} />)}
            {shown.length === 0 && <EmptyState dense title="Nobody was here on this day" />}
            {query.data !== undefined && query.data.total > all.length && limit < 200 && (
              <Button variant="outlined" onClick={() => setLimit(200)} loading={query.isFetching}>Show earlier visits</Button>
            )}
          </Box>
          <Box sx={{ order: { xs: 1, lg: 2 }, position: { lg: 'sticky' }, top: 72 }}>
            <VisitsCalendar days={days} chosen={day} onChoose={setDay} />
          </Box>
        </Box>
      )}
    </>
  );
}
