'use client';
// One grant: its terms, its use, its end.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import { useState } from 'react';
import type { Grant, Profile } from '@/shared/api/types';
import { mayOpen } from '@/shared/frame/nav';
import { hoursWords } from '@/shared/lib/hours';
import { plural } from '@/shared/lib/time';
import { paths } from '@/shared/paths';
import { allowed } from '@/shared/session/can';
import { useSession } from '@/shared/session/SessionProvider';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { CustomerTag } from '@/shared/ui/CustomerTag';
import { DetailDrawer } from '@/shared/ui/DetailDrawer';
import { ErrorState } from '@/shared/ui/ErrorState';
import { Fact, Facts } from '@/shared/ui/Facts';
import { FormDialog, fieldErrors } from '@/shared/ui/form';
import { GrantStatus } from '@/shared/ui/GrantStatus';
import { LevelChip } from '@/shared/ui/LevelChip';
import { OpenHours } from '@/shared/ui/OpenHours';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { TimeLeft } from '@/shared/ui/TimeLeft';
import { useToast } from '@/shared/ui/toast';
import { useGrant, useRevokeGrant, useUpdateGrant } from './api';
import { GrantHistory } from './GrantHistory';
import { fixedOf, incomplete, termFields, termsOf, toTerms } from './terms';
import { TermsFields } from './TermsFields';

interface Props {
  id: string | null;
  initial?: Grant;
  onClose: () => void;
}

export function GrantDrawer({ id, initial, onClose }: Props) {
  const query = useGrant(id);
  const grant = query.data ?? initial;
  return (
    <DetailDrawer
      open={id !== null}
      onClose={onClose}
      title={grant?.technicianName ?? <Skeleton width={180} />}
      subtitle={grant === undefined ? undefined : <CustomerTag id={grant.customerOrgId} name={grant.customerOrgName} link />}
      actions={grant === undefined ? undefined : <GrantActions grant={grant} />}
    >
      {grant === undefined && query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {grant !== undefined && <GrantFacts grant={grant} />}
    </DetailDrawer>
  );
}

function GrantFacts({ grant }: { grant: Grant }) {
  const { profile } = useSession();
  return (
    <Box sx={{ display: 'grid', gap: 5 }}>
      {grant.status === 'revoked' && (
        <Alert severity="error">
          Revoked <RelativeTime at={grant.revokedAt} /> by {grant.revokedByName ?? 'the platform'}{grant.revokeReason ? `: ${grant.revokeReason}` : '.'}
        </Alert>
      )}
      <Facts>
        <Fact name="Status"><GrantStatus grant={grant} /></Fact>
        <Fact name="Level"><LevelChip level={grant.accessLevel} /></Fact>
        {grant.status === 'scheduled' && <Fact name="Starts"><RelativeTime at={grant.startsAt} ahead /></Fact>}
        {grant.status !== 'revoked' && <Fact name="Time left"><TimeLeft until={grant.expiresAt} none="Until revoked" /></Fact>}
        <Fact name="Reason">{grant.reason}</Fact>
        {grant.notes !== '' && <Fact name="Notes"><span style={{ whiteSpace: 'pre-wrap' }}>{grant.notes}</span></Fact>}
        <Fact name="From addresses">{grant.ipRanges.length === 0 ? 'Anywhere' : grant.ipRanges.map((range) => <Box key={range} className="mono">{range}</Box>)}</Fact>
        <Fact name="Services">{grant.services.length === 0 ? 'All' : grant.services.map((service) => service.toUpperCase()).join(', ')}</Fact>
        <Fact name="Hours">{grant.hours == null ? 'Any time' : grant.status === 'active' || grant.status === 'scheduled' ? <OpenHours grant={grant} /> : hoursWords(grant.hours)}</Fact>
        <Fact name="Used">{grant.useCount === 0 ? 'Never' : <>{plural(grant.useCount, 'time')}, last <RelativeTime at={grant.lastUsedAt} /></>}</Fact>
        <Fact name="Granted"><RelativeTime at={grant.grantedAt} /> by {grant.grantedByName}</Fact>
        <Fact name="Technician"><span style={{ overflowWrap: 'anywhere' }}>{grant.technicianEmail}</span></Fact>
      </Facts>
      {mayReadHistory(profile) && <GrantHistory grantId={grant.id} organizationId={grant.customerOrgId} />}
    </Box>
  );
}

/** Whoever has a page for it. */
function mayReadHistory(profile: Profile): boolean {
  return mayOpen(profile, paths.accessHistory()) || mayOpen(profile, paths.ownAccess());
}

function GrantActions({ grant }: { grant: Grant }) {
  const toast = useToast();
  const revoke = useRevokeGrant(grant.id);
  const [dialog, setDialog] = useState<'edit' | 'revoke' | null>(null);
  const close = () => setDialog(null);
  return (
    <>
      <AllowedButton allowed={allowed(grant.can, 'grant.update')} variant="outlined" onClick={() => setDialog('edit')}>Change</AllowedButton>
      <AllowedButton allowed={allowed(grant.can, 'grant.revoke')} variant="outlined" color="error" sx={{ ml: 'auto' }} onClick={() => setDialog('revoke')}>Revoke access</AllowedButton>
      {dialog === 'edit' && <ChangeDialog grant={grant} onClose={close} />}
      {dialog === 'revoke' && (
        <ConfirmDialog
          title={`Revoke ${grant.technicianName}’s access?`}
          action="Revoke access"
          danger
          reason={{ label: 'Reason', required: true }}
          pending={revoke.isPending}
          error={revoke.error}
          onClose={close}
          onConfirm={(reason) => revoke.mutate(reason, { onSuccess: () => { toast.done(`${grant.technicianName} no longer has access to ${grant.customerOrgName}.`); close(); } })}
        >
          Open sessions at {grant.customerOrgName} freeze and close within a second, with your reason on the screen.
        </ConfirmDialog>
      )}
    </>
  );
}

function ChangeDialog({ grant, onClose }: { grant: Grant; onClose: () => void }) {
  const toast = useToast();
  const update = useUpdateGrant(grant);
  const [form, setForm] = useState(() => termsOf(grant));
  return (
    <FormDialog
      title={`Change ${grant.technicianName}’s access to ${grant.customerOrgName}`}
      action="Save"
      wide
      pending={update.isPending}
      error={update.error}
      fields={termFields(form)}
      disabled={incomplete(form)}
      onSubmit={() => update.mutate(toTerms(form, Date.now()), { onSuccess: () => { toast.done('The access was changed.'); onClose(); } })}
      onClose={onClose}
    >
      <TermsFields form={form} onChange={setForm} wrong={fieldErrors(update.error)} keep={{ expiresAt: grant.expiresAt ?? null }} fixed={fixedOf(grant)} />
    </FormDialog>
  );
}
