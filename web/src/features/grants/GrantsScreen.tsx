'use client';
// Access of all technicians to all customers, as numbers and as a list.
import { mayOpen } from '@/shared/frame/nav';
import { paths } from '@/shared/paths';
import { useSession } from '@/shared/session/SessionProvider';
import { AccessHeader } from './AccessHeader';
import { AccessTiles } from './AccessTiles';
import { GrantsTable } from './GrantsTable';

export function GrantsScreen() {
  const { profile } = useSession();
  return (
    <>
      <AccessHeader />
      {mayOpen(profile, paths.accessMatrix()) && <AccessTiles />}
      <GrantsTable />
    </>
  );
}
