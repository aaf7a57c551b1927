'use client';
// Who has to approve when a technician asks for access to a customer: the provider alone, or the customer too.
import { useState } from 'react';
import type { Organization } from '@/shared/api/types';
import { allowed } from '@/shared/session/can';
import { AllowedSwitch } from '@/shared/ui/AllowedSwitch';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { SectionCard } from '@/shared/ui/SectionCard';
import { useToast } from '@/shared/ui/toast';
import { useSetAccessApproval } from './api';

export function ApprovalCard({ organization }: { organization: Organization }) {
  const toast = useToast();
  const save = useSetAccessApproval(organization);
  const [asking, setAsking] = useState(false);
  const { name } = organization;
  const on = organization.accessApproval === 'both';
  const change = () =>
    save.mutate(on ? 'provider' : 'both', {
      onSuccess: () => {
        setAsking(false);
        toast.done(on ? 'The provider alone approves requests from now on.' : `Requests need an administrator of ${name} too from now on.`);
      },
    });
  return (
    <SectionCard title="Requests for access" padded={false}>
      <AllowedSwitch title="The customer approves too" checked={on} allowed={allowed(organization.can, 'organization_approval.update')} onChange={() => { save.reset(); setAsking(true); }}>
        {on
          ? `When a technician asks for access, an account manager or super admin of the provider and an administrator of ${name} both have to approve.`
          : `When a technician asks for access, an account manager or super admin of the provider approves. Administrators of ${name} see it and may refuse.`}{' '}
        Emergency access waits for nobody’s approval, and access that the provider grants without a request does not either.
      </AllowedSwitch>
      {asking && (
        <ConfirmDialog
          title={on ? `Let the provider alone approve access to ${name}?` : `Ask ${name} before a request is granted?`}
          action={on ? 'Provider alone' : 'Ask the customer too'}
          danger={on}
          pending={save.isPending}
          error={save.error}
          onClose={() => setAsking(false)}
          onConfirm={change}
        >
          {on
            ? `Requests no longer wait for an administrator of ${name}. Access that stands already stays.`
            : `No request is granted until an administrator of ${name} has approved it too. Access that stands already stays.`}
        </ConfirmDialog>
      )}
    </SectionCard>
  );
}
