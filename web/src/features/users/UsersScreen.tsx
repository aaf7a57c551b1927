'use client';
// People of all organizations for the provider, of one's own for a customer.
import { useSession } from '@/shared/session/SessionProvider';
import { PageHeader } from '@/shared/ui/PageHeader';
import { UsersTable } from './UsersTable';

export function UsersScreen() {
  const { profile, isProvider } = useSession();
  return (
    <>
      <PageHeader title="People" intro={isProvider ? 'Everyone with an account, at the provider and at its customers.' : `Everyone at ${profile.organization.name} with an account.`} />
      <UsersTable />
    </>
  );
}
