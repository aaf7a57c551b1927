'use client';
// Access of all technicians to all customers.
import { PageHeader } from '@/shared/ui/PageHeader';
import { GrantsTable } from './GrantsTable';

export function GrantsScreen() {
  return (
    <>
      <PageHeader title="Access" intro="Which technician may enter which customer’s network, how far, and until when. A change holds within a second, also in sessions that are open." />
      <GrantsTable />
    </>
  );
}
