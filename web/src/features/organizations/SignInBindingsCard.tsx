'use client';
// What sign-ins are bound to: a sign-in that somebody carries away is not renewed elsewhere. Off by default.
import type { Organization, SignInBinding } from '@/shared/api/types';
import { useToast } from '@/shared/ui/toast';
import { TickedRulesCard } from './TickedRulesCard';
import { useSetSignInBindings } from './api';

const words: Record<SignInBinding, string> = {
  address: 'The network they signed in on',
  device: 'The browser they signed in with',
};
const hints: Record<SignInBinding, string> = {
  address: 'For people who work from one place: on another address they sign in again.',
  device: 'Programs have none: they use API tokens.',
};

export function SignInBindingsCard({ organization }: { organization: Organization }) {
  const toast = useToast();
  const save = useSetSignInBindings(organization.id);
  return (
    <TickedRulesCard
      title="What a sign-in is bound to"
      text="A sign-in that was carried away, by a stolen cookie, ends within five minutes where it is bound to something the thief does not have. It counts for those who are signed in now, too."
      organization={organization}
      words={words}
      hints={hints}
      chosen={organization.signInBindings}
      save={save}
      onSaved={() => toast.done('What sign-ins are bound to is kept.')}
    />
  );
}
