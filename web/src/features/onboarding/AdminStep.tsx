'use client';
// The first administrator of the customer: invited by mail, with a link that can be handed over too. It is shown this once.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import { useState } from 'react';
import type { Organization } from '@/shared/api/types';
import { exactTime } from '@/shared/lib/time';
import { allowed } from '@/shared/session/can';
import { CopyField } from '@/shared/ui/CopyField';
import { TextInput, fieldErrors } from '@/shared/ui/form';
import { StatusChip } from '@/shared/ui/StatusChip';
import { useAdmins, useInviteAdmin } from './api';
import { StepForm } from './StepForm';
import { There, ThereLine } from './There';

export function AdminStep({ organization, onNext }: { organization: Organization; onNext: () => void }) {
  const admins = useAdmins(organization.id);
  const invite = useInviteAdmin(organization.id);
  const [displayName, setName] = useState('');
  const [email, setEmail] = useState('');
  const there = admins.data?.items ?? [];
  const wrong = fieldErrors(invite.error);
  const submit = () =>
    invite.mutate({ displayName: displayName.trim(), email: email.trim() }, {
      onSuccess: () => {
        setName('');
        setEmail('');
      },
    });
  return (
    <StepForm
      title="The first administrator"
      intro={`Whoever answers for ${organization.name}: manages its people, sees who of you came in and why, and verifies the log.`}
      action={there.length === 0 ? 'Invite' : 'Invite another one'}
      may={allowed(organization.can, 'user.create')}
      pending={invite.isPending}
      error={invite.error}
      fields={['displayName', 'email']}
      disabled={displayName.trim() === '' || email.trim() === ''}
      next={{ label: there.length === 0 ? 'Skip for now' : 'Continue', first: there.length > 0, go: onNext }}
      onSubmit={submit}
    >
      {invite.data !== undefined && (
        <Alert severity="success" sx={{ '& .MuiAlert-message': { flex: 1, minWidth: 0 } }}>
          <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: 'minmax(0, 1fr)' }}>
            <div>The invitation is on its way to {invite.data.user.email}. If the mail cannot be read there, hand this link over by a way that only {invite.data.user.displayName} reads. It works once, until {exactTime(invite.data.invitationExpiresAt)}, and is not shown again.</div>
            <CopyField label="Invitation link" text={invite.data.invitationUrl} />
          </Box>
        </Alert>
      )}
      {there.length > 0 && (
        <There label="Administrators">
          {there.map((person) => <ThereLine key={person.id} title={person.displayName} aside={<StatusChip status={person.status} />}>{person.email}</ThereLine>)}
        </There>
      )}
      <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { sm: '1fr 1fr' }, alignItems: 'start' }}>
        <TextInput label="Name" value={displayName} onChange={setName} autoComplete="off" error={wrong.displayName} />
        <TextInput label="Email" type="email" value={email} onChange={setEmail} autoComplete="off" error={wrong.email} />
      </Box>
    </StepForm>
  );
}
