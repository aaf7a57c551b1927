'use client';
// The organization: its name is all that it needs; limits have their usual values and are changed later.
import Button from '@mui/material/Button';
import { useState } from 'react';
import type { Organization } from '@/shared/api/types';
import { allowed } from '@/shared/session/can';
import { useSession } from '@/shared/session/SessionProvider';
import { Fact, Facts } from '@/shared/ui/Facts';
import { TextInput, fieldErrors } from '@/shared/ui/form';
import { StatusChip } from '@/shared/ui/StatusChip';
import { StepFrame } from '@/shared/ui/StepFrame';
import { useAddCustomer } from './api';
import { StepForm } from './StepForm';

export function OrganizationStep({ organization, onDone }: { organization: Organization | undefined; onDone: (id: string) => void }) {
  const { profile } = useSession();
  const add = useAddCustomer();
  const [name, setName] = useState('');
  if (organization !== undefined) {
    return (
      <StepFrame title="The organization" intro="It is there. Its name and limits are changed on its page." actions={<Button variant="contained" onClick={() => onDone(organization.id)}>Continue</Button>}>
        <Facts>
          <Fact name="Name">{organization.name}</Fact>
          <Fact name="Status"><StatusChip status={organization.status} /></Fact>
          <Fact name="Sessions">End after {organization.sessionIdleMinutes} idle minutes, {organization.sessionMaxMinutes} in all; {organization.maxConcurrentSessions} open at most</Fact>
          <Fact name="Recordings">Kept for {organization.recordingRetentionDays} days</Fact>
        </Facts>
      </StepFrame>
    );
  }
  return (
    <StepForm
      title="The organization"
      intro="An organization with walls of its own: people, machines, credentials and recordings never cross them. Limits have their usual values, to be changed later."
      action="Add and continue"
      may={allowed(profile.can, 'organization.create')}
      pending={add.isPending}
      error={add.error}
      fields={['name']}
      disabled={name.trim() === ''}
      onSubmit={() => add.mutate(name.trim(), { onSuccess: (made) => onDone(made.id) })}
    >
      <TextInput label="Name of the customer" value={name} onChange={setName} autoComplete="off" autoFocus error={fieldErrors(add.error).name} />
    </StepForm>
  );
}
