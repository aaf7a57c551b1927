'use client';
// From where the people of an organization may come.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import { useState, type SyntheticEvent } from 'react';
import type { Organization } from '@/shared/api/types';
import { allowed } from '@/shared/session/can';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { TextInput, fieldErrors, formMessage } from '@/shared/ui/form';
import { SectionCard } from '@/shared/ui/SectionCard';
import { useToast } from '@/shared/ui/toast';
import { useSetNetworks } from './api';

export function NetworksCard({ organization }: { organization: Organization }) {
  // Another version is another form: what somebody else saved meanwhile is never written over unseen.
  return <Networks key={organization.version} organization={organization} />;
}

const listed = (typed: string) => typed.split(/[\s,]+/).filter((part) => part !== '');

function Networks({ organization }: { organization: Organization }) {
  const toast = useToast();
  const save = useSetNetworks(organization);
  const now = organization.ipRanges.join('\n');
  const [typed, setTyped] = useState(now);
  const may = allowed(organization.can, 'organization_security.update');
  const wrong = fieldErrors(save.error);
  const shown = formMessage(save.error, ['ipRanges']);
  const ranges = listed(typed);
  const same = ranges.join('\n') === now;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (may !== true || save.isPending || same) return;
    save.mutate(ranges, {
      onSuccess: () => toast.done(ranges.length === 0 ? `The people of ${organization.name} may come from anywhere.` : `The people of ${organization.name} come from these networks alone.`),
    });
  };
  return (
    <SectionCard title="From where people may come">
      <Box component="form" onSubmit={submit} noValidate aria-label="From where people may come" sx={{ display: 'grid', gap: 4 }}>
        <TextInput
          label="Networks"
          required={false}
          mono
          multiline
          value={typed}
          onChange={setTyped}
          disabled={may !== true}
          placeholder={'203.0.113.0/24\n2001:db8::/32'}
          error={wrong.ipRanges}
          hint="Addresses or ranges, one a line. Empty: from anywhere. Whoever is elsewhere is refused from their next click on, and so are the API tokens they made. The organization’s directory is not."
        />
        {shown !== undefined && <Alert severity="error">{shown}</Alert>}
        <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 3 }}>
          <AllowedButton type="submit" variant="outlined" loading={save.isPending} allowed={may !== true ? may : same ? 'Nothing is changed yet.' : true}>Save</AllowedButton>
          {may !== true && <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary' }}>{may}</Box>}
        </Box>
      </Box>
    </SectionCard>
  );
}
