'use client';
// All machines this person may see.
import { useSession } from '@/shared/session/SessionProvider';
import { PageHeader } from '@/shared/ui/PageHeader';
import { AssetsTable } from './AssetsTable';

export function AssetsScreen() {
  const { profile, isProvider } = useSession();
  return (
    <>
      <PageHeader title="Machines" intro={isProvider ? 'The customers’ machines that sessions can be opened on.' : `The machines of ${profile.organization.name} that the provider can be let into.`} />
      <AssetsTable />
    </>
  );
}
