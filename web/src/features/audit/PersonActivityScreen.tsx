'use client';
// What one person did: how much, where, from where, and what was refused. Every number leads to its entries.
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Skeleton from '@mui/material/Skeleton';
import NextLink from 'next/link';
import { useSearchParams } from 'next/navigation';
import type { ReactNode } from 'react';
import type { UserActivity } from '@/shared/api/types';
import { mayOpen } from '@/shared/frame/nav';
import { durationWords, numberWords, plural } from '@/shared/lib/time';
import { roleWords } from '@/shared/lib/words';
import { paths } from '@/shared/paths';
import { useSession } from '@/shared/session/SessionProvider';
import { useListState } from '@/shared/table/useListState';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { PageHeader } from '@/shared/ui/PageHeader';
import { PersonAvatar } from '@/shared/ui/PersonAvatar';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { SectionCard } from '@/shared/ui/SectionCard';
import { SeverityChip } from '@/shared/ui/SeverityChip';
import { useUserActivity } from './api';
import { Histogram } from './Histogram';
import { codeWords } from './labels';
import { betweenOf, chosenSpan } from './spans';
import { SpanPicker } from './SpanPicker';

export function PersonActivityScreen() {
  const id = useSearchParams().get('id') ?? '';
  const state = useListState({ filters: ['span', 'from', 'to'] });
  const query = useUserActivity(id, chosenSpan(state.filters, '30'));
  const activity = query.data;
  return (
    <>
      <PageHeader
        title={activity === undefined ? 'Activity' : `Activity of ${activity.displayName}`}
        heading={activity === undefined ? 'Activity' : <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 3, maxWidth: '100%' }}><PersonAvatar name={activity.displayName} size={28} />{activity.displayName}</Box>}
        intro={activity === undefined ? undefined : <>{roleWords[activity.role]}. Signed in last <RelativeTime at={activity.lastSignInAt} none="never" />.</>}
        actions={<SpanPicker state={state} usual="30" />}
      />
      {id === '' && <EmptyState title="Whose activity?">Open a person and choose “What this person did”.</EmptyState>}
      {id !== '' && activity === undefined && query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {id !== '' && activity === undefined && !query.isError && <Skeleton variant="rounded" height={360} />}
      {activity !== undefined && <Activity activity={activity} stale={query.isPlaceholderData} />}
    </>
  );
}

function Activity({ activity, stale }: { activity: UserActivity; stale: boolean }) {
  const { profile } = useSession();
  const reads = mayOpen(profile, paths.audit());
  const log = (more: Parameters<typeof paths.audit>[0] = {}) => (reads ? paths.audit({ actorId: activity.userId, between: betweenOf(activity.from, activity.to), ...more }) : undefined);
  const most = Math.max(1, ...activity.byCode.map(({ count }) => count));
  return (
    <Box aria-busy={stale} sx={{ display: 'grid', gap: 5, gridTemplateColumns: 'minmax(0, 1fr)', opacity: stale ? 0.6 : 1 }}>
      <Box sx={{ display: 'grid', gap: 3, gridTemplateColumns: { xs: '1fr 1fr', md: 'repeat(4, 1fr)' } }}>
        <Number label="Events" value={numberWords(activity.total)} href={log()} />
        <Number label="Refused" value={numberWords(activity.refused)} href={log({ outcome: 'refused' })} alarm={activity.refused > 0} />
        <Number label="Sign-ins" value={numberWords(activity.signIns)} note={activity.refusedSignIns === 0 ? 'None was refused' : `${activity.refusedSignIns.toLocaleString()} refused`} href={log({ code: 'auth.' })} alarm={activity.refusedSignIns > 0} />
        <Number label="Sessions" value={numberWords(activity.sessions.count)} note={activity.sessions.count === 0 ? undefined : `${durationWords(activity.sessions.totalSeconds * 1000)} in all`} href={log({ code: 'session.' })} />
      </Box>
      <SectionCard title="By day">
        {activity.days.length === 0 ? <EmptyState dense title="Nothing happened in these days" /> : <Histogram stats={{ from: activity.from, to: activity.to, bucket: 'day', buckets: activity.days.map(({ day, count }) => ({ start: startOf(day), total: count, high: 0, refused: 0 })) }} />}
      </SectionCard>
      <Box sx={{ display: 'grid', gap: 5, gridTemplateColumns: { lg: 'minmax(0, 3fr) minmax(0, 2fr)' }, alignItems: 'start' }}>
        <Box sx={{ display: 'grid', gap: 5, minWidth: 0 }}>
          <SectionCard title="What was done" padded={false}>
            <Rows empty="Nothing was done.">
              {activity.byCode.map(({ code, count }) => (
                <Row key={code} href={log({ code })} count={count}>
                  {codeWords(code)}
                  <Box aria-hidden sx={{ height: 4, borderRadius: 2, mt: '5px', bgcolor: 'neutral.5', width: `${Math.max(2, (count / most) * 100)}%` }} />
                </Row>
              ))}
            </Rows>
          </SectionCard>
          <SectionCard title="Lately" padded={false}>
            <Rows empty="Nothing happened.">
              {activity.recent.map((event) => (
                <Row key={event.id} aside={<RelativeTime at={event.occurredAt} />}>
                  <Box component="span" sx={{ display: 'flex', gap: 3, alignItems: 'baseline', minWidth: 0 }}><SeverityChip level={event.riskLevel} quiet />{event.sentence}</Box>
                </Row>
              ))}
            </Rows>
          </SectionCard>
        </Box>
        <Box sx={{ display: 'grid', gap: 5, minWidth: 0 }}>
          <SectionCard title="At which organizations" padded={false}>
            <Rows empty="At none.">{activity.organizations.map(({ organizationId, name, count }) => <Row key={organizationId} href={log({ organizationId })} count={count}>{name}</Row>)}</Rows>
          </SectionCard>
          <SectionCard title="From which addresses" padded={false}>
            <Rows empty="From none.">{activity.addresses.map(({ clientIp, count, lastAt }) => <Row key={clientIp} count={count}><span className="mono">{clientIp}</span> <Box component="span" sx={{ color: 'text.secondary' }}>last <RelativeTime at={lastAt} /></Box></Row>)}</Rows>
          </SectionCard>
        </Box>
      </Box>
      <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary' }}>{plural(activity.byRiskLevel.high + activity.byRiskLevel.critical, 'event')} of high or critical risk in these days.</Box>
    </Box>
  );
}

/** A day of the server (YYYY-MM-DD) as the first moment of that day here. */
function startOf(day: string): string {
  return day.length === 10 ? new Date(`${day}T00:00:00`).toISOString() : day;
}

function Number({ label, value, note, href, alarm = false }: { label: string; value: string; note?: string; href: string | undefined; alarm?: boolean }) {
  const sx = { display: 'block', p: 3, border: 1, borderColor: 'neutral.5', borderRadius: '8px', color: 'text.primary', textDecoration: 'none', minHeight: 84, '&[href]:hover': { borderColor: 'neutral.6', bgcolor: 'neutral.2' } } as const;
  const content = (
    <>
      <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary' }}>{label}</Box>
      <Box className="tabular" sx={{ fontSize: '1.25rem', fontWeight: 620, letterSpacing: '-0.014em', lineHeight: 1.4, color: alarm && note === undefined ? 'severity.high.text' : undefined }}>{value}</Box>
      {note !== undefined && <Box sx={{ fontSize: '0.75rem', color: alarm ? 'severity.high.text' : 'text.secondary' }}>{note}</Box>}
    </>
  );
  return href === undefined ? <Box sx={sx}>{content}</Box> : <Box component={NextLink} href={href} prefetch={false} sx={sx}>{content}</Box>;
}

function Rows({ empty, children }: { empty: string; children: ReactNode[] }) {
  if (children.length === 0) return <Box sx={{ p: 4, fontSize: '0.8125rem', color: 'text.secondary' }}>{empty}</Box>;
  return <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>{children}</Box>;
}

function Row({ href, count, aside, children }: { href?: string; count?: number; aside?: ReactNode; children: ReactNode }) {
  return (
    <Box component="li" sx={{ display: 'flex', alignItems: 'baseline', gap: 3, px: 4, py: '8px', borderTop: 1, borderColor: 'neutral.4', fontSize: '0.8125rem', '&:first-of-type': { borderTop: 0 } }}>
      <Box sx={{ flex: 1, minWidth: 0, overflowWrap: 'anywhere' }}>{href === undefined ? children : <Link component={NextLink} href={href} prefetch={false} color="inherit">{children}</Link>}</Box>
      <Box className="tabular" sx={{ flex: 'none', color: 'text.secondary' }}>{aside ?? count?.toLocaleString()}</Box>
    </Box>
  );
}
