'use client';
// People of all organizations for the provider, of one's own for a customer.
import type { ReactNode } from 'react';
import type { User } from '@/shared/api/types';
import { useSession } from '@/shared/session/SessionProvider';
import { PageHeader } from '@/shared/ui/PageHeader';
import { UsersTable } from './UsersTable';

/** `parts`: what other features say of a person. */
export function UsersScreen({ parts }: { parts: (user: User) => ReactNode }) {
  const { profile, isProvider } = useSession();
  return (
    <>
      <PageHeader title="People" intro={isProvider ? 'Everyone with an account, at the provider and at its customers.' : `Everyone at ${profile.organization.name} with an account.`} />
      <UsersTable parts={parts} />
    </>
  );
}
