'use client';
// What waits for a decision or a review of this person, on every page: a number, and the way to it.
import BoltOutlined from '@mui/icons-material/BoltOutlined';
import NotificationsNoneOutlined from '@mui/icons-material/NotificationsNoneOutlined';
import PendingActionsOutlined from '@mui/icons-material/PendingActionsOutlined';
import Badge from '@mui/material/Badge';
import IconButton from '@mui/material/IconButton';
import Tooltip from '@mui/material/Tooltip';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { api, BACKGROUND, data } from '@/shared/api/client';
import { plural } from '@/shared/lib/time';
import { paths } from '@/shared/paths';
import { may } from '@/shared/session/can';
import { useSession } from '@/shared/session/SessionProvider';
import { mayOpen } from './nav';

const EVERY_MS = 60_000;

/** Small enough to leave the sign below it to be seen. */
const badge = { 'aria-hidden': true, sx: { minWidth: 16, height: 16, px: '4px', fontSize: '0.625rem', fontWeight: 650 } } as const;

export function Bell() {
  const { profile } = useSession();
  const decides = may(profile.can, 'access_request.refuse') && mayOpen(profile, paths.requests());
  const waiting = useQuery({
    queryKey: ['requests', 'waiting'],
    enabled: decides,
    refetchInterval: EVERY_MS,
    queryFn: ({ signal }) => data(api.GET('/api/access-management/requests', { params: { query: { status: 'pending', limit: 1 } }, headers: BACKGROUND, signal })),
  });
  if (!decides) return null;
  const count = waiting.data?.total ?? 0;
  const words = count === 0 ? 'Nothing waits for your decision' : `${plural(count, 'request')} for access ${count === 1 ? 'waits' : 'wait'} for a decision`;
  return (
    <Tooltip title={words}>
      <IconButton component={Link} href={paths.requests()} prefetch={false} aria-label={words}>
        <Badge badgeContent={count} max={99} color="primary" overlap="circular" slotProps={{ badge }}>
          <NotificationsNoneOutlined />
        </Badge>
      </IconButton>
    </Tooltip>
  );
}

/** In sight only while something waits: proposals to revoke are for super admins, and few. */
export function ProposalBell() {
  const { profile } = useSession();
  const decides = may(profile.can, 'access_proposal.approve') && mayOpen(profile, paths.proposals());
  const waiting = useQuery({
    queryKey: ['grants', 'proposals', 'waiting'],
    enabled: decides,
    refetchInterval: EVERY_MS,
    queryFn: ({ signal }) => data(api.GET('/api/access-management/proposals', { params: { query: { status: 'pending', limit: 1 } }, headers: BACKGROUND, signal })),
  });
  const count = waiting.data?.total ?? 0;
  if (!decides || count === 0) return null;
  const words = `${plural(count, 'proposal')} to revoke ${count === 1 ? 'waits' : 'wait'} for a decision`;
  return (
    <Tooltip title={words}>
      <IconButton component={Link} href={paths.proposals({ status: 'pending' })} prefetch={false} aria-label={words}>
        <Badge badgeContent={count} max={99} color="primary" overlap="circular" slotProps={{ badge }}>
          <PendingActionsOutlined />
        </Badge>
      </IconButton>
    </Tooltip>
  );
}

/** In sight only while something waits: emergency access is rare, and its review has a time. */
export function ReviewBell() {
  const { profile } = useSession();
  const reviews = may(profile.can, 'emergency.review') && mayOpen(profile, paths.emergency());
  const waiting = useQuery({
    queryKey: ['emergency', 'waiting'],
    enabled: reviews,
    refetchInterval: EVERY_MS,
    queryFn: ({ signal }) => data(api.GET('/api/access-management/emergency', { params: { query: { status: 'awaiting_review', limit: 50 } }, headers: BACKGROUND, signal })),
  });
  // What one held or started oneself waits for others.
  const count = (waiting.data?.items ?? []).filter(({ can }) => may(can, 'emergency.review')).length;
  if (!reviews || count === 0) return null;
  const overdue = waiting.data?.items.some((each) => each.overdue) === true;
  const words = `${plural(count, 'emergency access', 'times of emergency access')} ${count === 1 ? 'waits' : 'wait'} for a review${overdue ? ', overdue' : ''}`;
  return (
    <Tooltip title={words}>
      <IconButton component={Link} href={paths.emergency({ show: 'awaiting_review' })} prefetch={false} aria-label={words}>
        <Badge badgeContent={count} max={49} color={overdue ? 'error' : 'primary'} overlap="circular" slotProps={{ badge }}>
          <BoltOutlined />
        </Badge>
      </IconButton>
    </Tooltip>
  );
}
