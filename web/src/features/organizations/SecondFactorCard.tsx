'use client';
// Whether the password is enough for the people of an organization.
import { useState } from 'react';
import type { Organization } from '@/shared/api/types';
import { allowed } from '@/shared/session/can';
import { AllowedSwitch } from '@/shared/ui/AllowedSwitch';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { SectionCard } from '@/shared/ui/SectionCard';
import { useToast } from '@/shared/ui/toast';
import { useRequireFactors } from './api';

const ALWAYS = 'The provider’s people reach customers: they always sign in with a second factor.';

export function SecondFactorCard({ organization }: { organization: Organization }) {
  const toast = useToast();
  const require = useRequireFactors(organization.id);
  const [asking, setAsking] = useState(false);
  const { name, mfaRequired: on } = organization;
  const always = organization.type === 'mss_provider' && on;
  const change = () =>
    require.mutate(!on, {
      onSuccess: () => {
        setAsking(false);
        toast.done(on ? `The people of ${name} may sign in by password alone.` : `The people of ${name} sign in with a second factor from now on.`);
      },
    });
  return (
    <SectionCard title="Second factor" padded={false}>
      <AllowedSwitch title="Require a second factor" checked={on} allowed={always ? ALWAYS : allowed(organization.can, 'organization_security.update')} onChange={() => { require.reset(); setAsking(true); }}>
        Everyone signs in with a code of an authenticator app besides the password, or with a passkey. Who has neither adds one at the next sign-in.
      </AllowedSwitch>
      {asking && (
        <ConfirmDialog
          title={on ? `Let ${name} sign in by password alone?` : `Require a second factor at ${name}?`}
          action={on ? 'Stop requiring it' : 'Require it'}
          danger={on}
          pending={require.isPending}
          error={require.error}
          onClose={() => setAsking(false)}
          onConfirm={change}
        >
          {on
            ? 'Who has a second factor goes on being asked for it, and may now remove it. Whoever else learns a password of theirs can sign in with nothing more.'
            : 'At the next sign-in, whoever has no second factor yet adds an authenticator app or a passkey. Nobody is signed out now.'}
        </ConfirmDialog>
      )}
    </SectionCard>
  );
}
