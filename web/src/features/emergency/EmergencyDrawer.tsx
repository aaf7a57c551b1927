'use client';
// One time of emergency access: who, why, how long, what came of it, and what one may do about it.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Skeleton from '@mui/material/Skeleton';
import NextLink from 'next/link';
import { useState } from 'react';
import { mayOpen } from '@/shared/frame/nav';
import { exactTime, plural } from '@/shared/lib/time';
import { paths } from '@/shared/paths';
import { allowed, may } from '@/shared/session/can';
import { useSession } from '@/shared/session/SessionProvider';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { CustomerTag } from '@/shared/ui/CustomerTag';
import { DetailDrawer } from '@/shared/ui/DetailDrawer';
import { ErrorState } from '@/shared/ui/ErrorState';
import { Fact, Facts } from '@/shared/ui/Facts';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { useEmergency, type Emergency } from './api';
import { EmergencyState, Countdown } from './EmergencyState';
import { EndDialog } from './EndDialog';
import { ReviewDialog } from './ReviewDialog';
import { verdictWords } from './words';

export function EmergencyDrawer({ id, onClose }: { id: string | null; onClose: () => void }) {
  const { isProvider } = useSession();
  const query = useEmergency(id);
  const emergency = query.data;
  const acts = emergency !== undefined && (emergency.status === 'active' || (emergency.status === 'awaiting_review' && isProvider));
  return (
    <DetailDrawer
      open={id !== null}
      onClose={onClose}
      title={emergency === undefined ? 'Emergency access' : `${emergency.technicianName}’s emergency access to ${emergency.customerOrgName}`}
      subtitle={emergency && <>Started <RelativeTime at={emergency.startedAt} /></>}
      actions={acts ? <Actions emergency={emergency} /> : undefined}
    >
      {query.isError && <ErrorState dense error={query.error} onRetry={() => void query.refetch()} />}
      {emergency === undefined && !query.isError && <Skeleton variant="rounded" height={280} />}
      {emergency !== undefined && <Detail emergency={emergency} />}
    </DetailDrawer>
  );
}

function Detail({ emergency }: { emergency: Emergency }) {
  const { profile } = useSession();
  const { status, overdue, reviewDueAt, review, startedAt, endsAt, endedAt, customerOrgId, technicianId } = emergency;
  const did = paths.audit({ organizationId: profile.organization.id === customerOrgId ? undefined : customerOrgId, actorId: technicianId, between: `${startedAt}_${endedAt ?? endsAt}` });
  return (
    <Box sx={{ display: 'grid', gap: 5, gridTemplateColumns: 'minmax(0, 1fr)' }}>
      {status === 'active' && <Alert severity="warning">Active now: <Countdown until={endsAt} /></Alert>}
      {status === 'awaiting_review' && (
        <Alert severity={overdue ? 'error' : 'info'}>
          {overdue ? `The review was due ${exactTime(reviewDueAt)}. Until it is there, nobody gets emergency access to ${emergency.customerOrgName}.` : `A review is due ${exactTime(reviewDueAt)}. Until it is there, ${emergency.technicianName} gets no other emergency access.`}
        </Alert>
      )}
      {review != null && (
        <Alert severity={review.verdict === 'justified' ? 'success' : 'error'}>
          <Box sx={{ fontWeight: 580 }}>{verdictWords[review.verdict]}, says {review.byName}, <RelativeTime at={review.at} /></Box>
          <Box sx={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{review.words}</Box>
        </Alert>
      )}
      <Facts>
        <Fact name="Status"><EmergencyState emergency={emergency} /></Fact>
        <Fact name="What happened"><span style={{ whiteSpace: 'pre-wrap' }}>{emergency.reason}</span></Fact>
        <Fact name="Technician">{emergency.technicianName}</Fact>
        <Fact name="Customer"><CustomerTag id={customerOrgId} name={emergency.customerOrgName} link /></Fact>
        <Fact name="Started by">{emergency.startedById === technicianId ? 'Themselves' : emergency.startedByName}</Fact>
        <Fact name="From">{exactTime(startedAt)}</Fact>
        <Fact name={endedAt == null ? 'Ends' : 'Ended'}>{exactTime(endedAt ?? endsAt)}{endedAt != null && endedAt < endsAt && ', before its time'}</Fact>
        <Fact name="Sessions">{emergency.sessions === 0 ? 'None' : plural(emergency.sessions, 'session')}{emergency.sessions > 0 && mayOpen(profile, paths.recordings()) && <>, <Link component={NextLink} href={paths.recordings({ organizationId: customerOrgId })} prefetch={false}>recordings</Link></>}</Fact>
        <Fact name="Told at once">{plural(emergency.toldCount, 'person', 'people')}</Fact>
        {mayOpen(profile, paths.audit()) && <Fact name="The log"><Link component={NextLink} href={did} prefetch={false}>What {emergency.technicianName} did meanwhile</Link></Fact>}
      </Facts>
    </Box>
  );
}

function Actions({ emergency }: { emergency: Emergency }) {
  const { profile } = useSession();
  const [dialog, setDialog] = useState<'end' | 'review' | null>(null);
  const close = () => setDialog(null);
  const ends = emergency.status === 'active';
  // A technician reviews none: they have no use for a button that says so.
  const reviews = emergency.status === 'awaiting_review' && (profile.role !== 'technician' || may(emergency.can, 'emergency.review'));
  return (
    <>
      {ends && <AllowedButton allowed={allowed(emergency.can, 'emergency.end')} variant="contained" color="error" onClick={() => setDialog('end')}>End now…</AllowedButton>}
      {reviews && <AllowedButton allowed={allowed(emergency.can, 'emergency.review')} variant="contained" onClick={() => setDialog('review')}>Review…</AllowedButton>}
      {dialog === 'end' && <EndDialog emergency={emergency} onClose={close} />}
      {dialog === 'review' && <ReviewDialog emergency={emergency} onClose={close} />}
    </>
  );
}
