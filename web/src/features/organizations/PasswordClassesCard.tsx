'use client';
// Kinds of characters that a new password must have: for organizations that are held to such a rule. Off by default.
import type { Organization } from '@/shared/api/types';
import { passwordClassWords } from '@/shared/lib/words';
import { useToast } from '@/shared/ui/toast';
import { TickedRulesCard } from './TickedRulesCard';
import { useSetPasswordClasses } from './api';

export function PasswordClassesCard({ organization }: { organization: Organization }) {
  const toast = useToast();
  const save = useSetPasswordClasses(organization.id);
  return (
    <TickedRulesCard
      title="What a password must have"
      text="Off by default: length and uncommon words protect better than kinds of characters (NIST SP 800-63B). For organizations that are held to such a rule by others. It counts from each person’s next password on."
      organization={organization}
      words={passwordClassWords}
      chosen={organization.passwordClasses}
      save={save}
      onSaved={() => toast.done('The rule for passwords is kept.')}
    />
  );
}
