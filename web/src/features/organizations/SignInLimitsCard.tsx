'use client';
// How long a sign-in of an organization's people lasts, and at how many places one of them can be signed in.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import InputAdornment from '@mui/material/InputAdornment';
import { useState, type SyntheticEvent } from 'react';
import type { Organization } from '@/shared/api/types';
import { allowed } from '@/shared/session/can';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { TextInput, fieldErrors, formMessage } from '@/shared/ui/form';
import { SectionCard } from '@/shared/ui/SectionCard';
import { useToast } from '@/shared/ui/toast';
import { useSetSignInLimits } from './api';
import { changesOf, limitError, limits, signInLimits, type LimitName } from './signInLimits';

const words: Record<LimitName, { label: string; unit: string; hint: string }> = {
  signInIdleMinutes: { label: 'Signed out when idle', unit: 'minutes', hint: 'Who does nothing for so long is signed out. It counts for those who are signed in now, too.' },
  signInMaxHours: { label: 'Signed out in any case', unit: 'hours', hint: 'After the sign-in, however busy they are. Less than before cuts the sign-ins of now short, too.' },
  maxSignIns: { label: 'Places at a time', unit: 'for each person', hint: 'One more ends the oldest. It counts from each person’s next sign-in on.' },
};

export function SignInLimitsCard({ organization }: { organization: Organization }) {
  // Another version is another form: what somebody else saved meanwhile is never written over unseen.
  return <Limits key={organization.version} organization={organization} />;
}

function Limits({ organization }: { organization: Organization }) {
  const toast = useToast();
  const save = useSetSignInLimits(organization);
  const [typed, setTyped] = useState<Record<LimitName, string>>(() => ({
    signInIdleMinutes: String(organization.signInIdleMinutes),
    signInMaxHours: String(organization.signInMaxHours),
    maxSignIns: String(organization.maxSignIns),
  }));
  const may = allowed(organization.can, 'organization_security.update');
  const wrong = fieldErrors(save.error);
  const shown = formMessage(save.error, limits);
  const changes = changesOf(organization, typed);
  const bad = limits.some((name) => limitError(name, typed[name]) !== undefined);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (may !== true || save.isPending || bad || Object.keys(changes).length === 0) return;
    save.mutate(changes, { onSuccess: () => toast.done(`The sign-in limits of ${organization.name} are changed.`) });
  };
  return (
    <SectionCard title="How long a sign-in lasts">
      <Box component="form" onSubmit={submit} noValidate aria-label="How long a sign-in lasts" sx={{ display: 'grid', gap: 4 }}>
        {limits.map((name) => (
          <TextInput
            key={name}
            type="number"
            inputMode="numeric"
            label={words[name].label}
            value={typed[name]}
            onChange={(value) => setTyped({ ...typed, [name]: value })}
            min={signInLimits[name].least}
            max={signInLimits[name].most}
            disabled={may !== true}
            hint={`${words[name].hint} From ${signInLimits[name].least} to ${signInLimits[name].most}.`}
            error={limitError(name, typed[name]) ?? wrong[name]}
            end={<InputAdornment position="end" disableTypography sx={{ fontSize: '0.8125rem', color: 'text.secondary' }}>{words[name].unit}</InputAdornment>}
          />
        ))}
        {shown !== undefined && <Alert severity="error">{shown}</Alert>}
        <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 3 }}>
          <AllowedButton type="submit" variant="outlined" loading={save.isPending} allowed={may !== true ? may : bad ? 'A number is out of its bounds.' : Object.keys(changes).length === 0 ? 'Nothing is changed yet.' : true}>Save</AllowedButton>
          {may !== true && <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary' }}>{may}</Box>}
        </Box>
      </Box>
    </SectionCard>
  );
}
