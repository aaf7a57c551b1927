'use client';
// The limits of an organization, and the acts that cannot be taken lightly.
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useRouter } from 'next/navigation';
import { useState, type ReactNode } from 'react';
import type { Organization } from '@/shared/api/types';
import { plural } from '@/shared/lib/time';
import { paths } from '@/shared/paths';
import { allowed, type Allowed } from '@/shared/session/can';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { CopyButton } from '@/shared/ui/CopyButton';
import { Fact, Facts } from '@/shared/ui/Facts';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { SectionCard } from '@/shared/ui/SectionCard';
import { useToast } from '@/shared/ui/toast';
import { ApprovalCard } from './ApprovalCard';
import { useDeleteOrganization, useDestroyKey, useSetOrganizationStatus } from './api';

export function OrganizationSettings({ organization, own = false }: { organization: Organization; own?: boolean }) {
  return (
    <Box sx={{ display: 'grid', gap: 5, gridTemplateColumns: { lg: '1fr 1fr' }, alignItems: 'start' }}>
      <SectionCard title="Limits">
        <Facts labelWidth={160}>
          <Fact name="Idle limit">{plural(organization.sessionIdleMinutes, 'minute')} without typing</Fact>
          <Fact name="Longest session">{plural(organization.sessionMaxMinutes, 'minute')}</Fact>
          <Fact name="Open at a time">{plural(organization.maxConcurrentSessions, 'session')} at most</Fact>
          <Fact name="Recordings are kept">{plural(organization.recordingRetentionDays, 'day')}</Fact>
          <Fact name="Added"><RelativeTime at={organization.createdAt} /></Fact>
          <Fact name="Id"><span className="mono">{organization.id}</span> <CopyButton what="id" text={organization.id} /></Fact>
        </Facts>
      </SectionCard>
      {organization.type === 'customer' && <ApprovalCard organization={organization} />}
      {/* Not its own people's to do, whoever they are. */}
      {organization.type === 'customer' && !own && <GraveActs organization={organization} />}
    </Box>
  );
}

function GraveActs({ organization }: { organization: Organization }) {
  const router = useRouter();
  const toast = useToast();
  const status = useSetOrganizationStatus(organization.id);
  const remove = useDeleteOrganization(organization);
  const destroy = useDestroyKey(organization.id);
  const [dialog, setDialog] = useState<'suspend' | 'delete' | 'destroy' | null>(null);
  const close = () => setDialog(null);
  const may = (action: 'organization.suspend' | 'organization.delete' | 'organization_key.destroy') => allowed(organization.can, action);
  const suspended = organization.status === 'suspended';
  const { name } = organization;
  const setStatus = (next: 'active' | 'suspended') =>
    status.mutate(next, { onSuccess: () => { toast.done(next === 'active' ? `${name} is active again.` : `${name} is suspended.`); close(); } });
  return (
    <SectionCard title="Suspend, delete, destroy" padded={false}>
      <GraveAct title={suspended ? 'Resume' : 'Suspend'} button={suspended ? 'Resume' : 'Suspend…'} allowed={may('organization.suspend')} onClick={() => { if (suspended) setStatus('active'); else setDialog('suspend'); }}>
        {suspended ? 'People can sign in and sessions can be opened again.' : 'Nobody signs in, open sessions end within a second. Nothing is lost.'}
      </GraveAct>
      <GraveAct title="Delete the organization" button="Delete…" allowed={may('organization.delete')} onClick={() => setDialog('delete')}>
        It leaves all lists. Audit and recordings stay for as long as they must be kept.
      </GraveAct>
      <GraveAct title="Destroy the key" button="Destroy…" allowed={may('organization_key.destroy')} onClick={() => setDialog('destroy')}>
        Every credential of this organization becomes unreadable for ever, in backups too.
      </GraveAct>
      {dialog === 'suspend' && (
        <ConfirmDialog title={`Suspend ${name}?`} action="Suspend" danger typedName={name} pending={status.isPending} error={status.error} onClose={close} onConfirm={() => setStatus('suspended')}>
          {plural(organization.counts.liveSessions, 'live session')} will end now, and nobody of {name} can sign in until you resume it.
        </ConfirmDialog>
      )}
      {dialog === 'delete' && (
        <ConfirmDialog title={`Delete ${name}?`} action="Delete" danger typedName={name} pending={remove.isPending} error={remove.error} onClose={close} onConfirm={() => remove.mutate(undefined, { onSuccess: () => { toast.done(`${name} was deleted.`); router.push(paths.organizations()); } })}>
          Its people can no longer sign in and all access to its machines ends.
        </ConfirmDialog>
      )}
      {dialog === 'destroy' && (
        <ConfirmDialog
          title={`Destroy the key of ${name}?`}
          action="Destroy the key"
          danger
          typedName={name}
          reason={{ label: 'Reason', required: true }}
          pending={destroy.isPending}
          error={destroy.error}
          onClose={close}
          onConfirm={(reason) => destroy.mutate({ confirmName: name, reason }, { onSuccess: () => { toast.done(`The key of ${name} was destroyed.`); close(); } })}
        >
          This cannot be undone by anyone. All stored passwords and private keys of {name} are gone.
        </ConfirmDialog>
      )}
    </SectionCard>
  );
}

interface GraveActProps {
  title: string;
  button: string;
  allowed: Allowed;
  children: ReactNode;
  onClick: () => void;
}

function GraveAct({ title, button, allowed: may, children, onClick }: GraveActProps) {
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', gap: 4, p: 4, borderTop: 1, borderColor: 'neutral.4', '&:first-of-type': { borderTop: 0 } }}>
      <Box sx={{ flex: 1 }}>
        <Typography component="h3" sx={{ fontSize: '0.8125rem', fontWeight: 580 }}>{title}</Typography>
        <Typography variant="body2" color="textSecondary">{children}</Typography>
      </Box>
      <AllowedButton allowed={may} variant="outlined" color="error" size="small" onClick={onClick}>{button}</AllowedButton>
    </Box>
  );
}
