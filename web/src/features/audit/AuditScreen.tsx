'use client';
// The audit of all organizations, or the activity in one's own.
import { useSession } from '@/shared/session/SessionProvider';
import { PageHeader } from '@/shared/ui/PageHeader';
import { AuditTable } from './AuditTable';

export function AuditScreen() {
  const { profile, isProvider } = useSession();
  return (
    <>
      <PageHeader
        title={isProvider ? 'Audit' : 'Activity'}
        intro={isProvider ? 'Everything that was done and everything that was refused, written together with the act itself.' : `Everything that was done and refused at ${profile.organization.name}, by your people and by the provider.`}
      />
      <AuditTable />
    </>
  );
}
