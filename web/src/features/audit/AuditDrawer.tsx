'use client';
// One event with all that is known of it: who, what, whom, where from, and which policy decided.
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import NextLink from 'next/link';
import type { AuditEvent } from '@/shared/api/types';
import { exactTime } from '@/shared/lib/time';
import { roleWords } from '@/shared/lib/words';
import { paths } from '@/shared/paths';
import { useSession } from '@/shared/session/SessionProvider';
import { CopyButton } from '@/shared/ui/CopyButton';
import { CustomerTag } from '@/shared/ui/CustomerTag';
import { DetailDrawer } from '@/shared/ui/DetailDrawer';
import { Fact, Facts } from '@/shared/ui/Facts';
import { SeverityChip } from '@/shared/ui/SeverityChip';
import { Tags } from '@/shared/ui/Tags';
import { doerOf } from './doer';
import type { SharedBy } from './narrowing';
import { Outcome } from './Outcome';
import { VerifyEntry } from './sealed/VerifyEntry';

interface Props {
  event: AuditEvent | undefined;
  onClose: () => void;
  /** Leads to all entries that share this. */
  onShowAll: (key: SharedBy, value: string) => void;
}

export function AuditDrawer({ event, onClose, onShowAll }: Props) {
  return (
    <DetailDrawer open={event !== undefined} onClose={onClose} width={560} title={event?.sentence ?? ''} subtitle={event === undefined ? undefined : exactTime(event.occurredAt)}>
      {event !== undefined && <AuditFacts key={event.id} event={event} onShowAll={onShowAll} />}
    </DetailDrawer>
  );
}

function AuditFacts({ event, onShowAll }: { event: AuditEvent; onShowAll: Props['onShowAll'] }) {
  const { profile } = useSession();
  const { target } = event;
  return (
    <Box sx={{ display: 'grid', gap: 6, gridTemplateColumns: 'minmax(0, 1fr)' }}>
      <Facts>
        <Fact name="Outcome"><Outcome outcome={event.outcome} /></Fact>
        <Fact name="Risk"><SeverityChip level={event.riskLevel} /></Fact>
        <Fact name="Organization">
          {event.organizationId === profile.organization.id ? event.organizationName : <CustomerTag id={event.organizationId} name={event.organizationName} link />}
        </Fact>
        <Fact name="Who"><Doer event={event} onShowAll={onShowAll} /></Fact>
        {target && <Fact name="What">{target.name} <Box component="span" sx={{ color: 'text.secondary' }}>({target.type.replaceAll('_', ' ')})</Box><ShowAll of="target" onClick={() => onShowAll('targetId', target.id)} /></Fact>}
        <Fact name="From"><span className="mono">{event.clientIp ?? '–'}</span>{event.clientIp != null && <ShowAll of="address" onClick={() => onShowAll('clientIp', event.clientIp ?? '')} />}</Fact>
        {event.userAgent ? <Fact name="Browser"><Box component="span" sx={{ color: 'text.secondary' }}>{event.userAgent}</Box></Fact> : null}
        <Fact name="Policies">{event.policyIds.length === 0 ? 'None was asked' : event.policyIds.map((id) => <Box key={id} className="mono">{id}</Box>)}</Fact>
        {event.controls.length > 0 && <Fact name="Evidence for"><Tags tags={event.controls} /></Fact>}
        <Fact name="Event">
          <span className="mono">{event.code}</span>
          <ShowAll of="kind of event" onClick={() => onShowAll('code', event.code)} />
        </Fact>
        {event.sessionId ? <Fact name="Session"><Link component={NextLink} href={paths.session(event.sessionId)} prefetch={false}>The session it belongs to</Link><ShowAll of="session" onClick={() => onShowAll('sessionId', event.sessionId ?? '')} /></Fact> : null}
        {event.requestId ? <Fact name="Request"><span className="mono">{event.requestId}</span> <CopyButton what="request id" text={event.requestId} /><ShowAll of="request" onClick={() => onShowAll('requestId', event.requestId ?? '')} /></Fact> : null}
        <Fact name="Entry"><span className="mono">{event.id}</span> <CopyButton what="entry id" text={event.id} /></Fact>
      </Facts>
      {Object.keys(event.details).length > 0 && (
        <Box component="section" aria-label="Details">
          <Typography component="h3" sx={{ fontSize: '0.8125rem', fontWeight: 580, mb: 2 }}>Details</Typography>
          {/* The block scrolls by itself, so the keyboard must reach it. */}
          <Box component="pre" tabIndex={0} className="mono" sx={{ m: 0, p: 3, border: 1, borderColor: 'neutral.5', borderRadius: '8px', bgcolor: 'neutral.2', overflowX: 'auto', fontSize: '0.75rem', lineHeight: 1.6 }}>
            {JSON.stringify(event.details, null, 2)}
          </Box>
        </Box>
      )}
      <VerifyEntry event={event} />
    </Box>
  );
}

function Doer({ event, onShowAll }: { event: AuditEvent; onShowAll: Props['onShowAll'] }) {
  const doer = doerOf(event);
  switch (doer.kind) {
    case 'person': {
      const { id, name, role, email } = doer.actor;
      return (
        <>
          {name}{role ? `, ${roleWords[role]}` : ''}
          <Box sx={{ color: 'text.secondary' }}>{email}</Box>
          <ShowAll of="person" onClick={() => onShowAll('actorId', id)} />
        </>
      );
    }
    case 'directory':
      return <>The directory {doer.name}<Box sx={{ color: 'text.secondary' }}>By its token, in no person’s name</Box></>;
    case 'stranger':
      return 'Somebody who was not signed in';
    case 'platform':
      return 'The platform itself';
  }
}

/** On a line of its own, so that it stands in the same place under each. */
function ShowAll({ of, onClick }: { of: string; onClick: () => void }) {
  return (
    <Link component="button" type="button" aria-label={`Show all with this ${of}`} onClick={onClick} underline="hover" sx={{ display: 'block', fontSize: '0.75rem', lineHeight: '20px', '@media (pointer: coarse)': { lineHeight: '36px' } }}>
      Show all with this
    </Link>
  );
}
