'use client';
// A page that this person's role does not have; the server is not asked for what it would refuse.
import Button from '@mui/material/Button';
import Link from 'next/link';
import { roleWords } from '@/shared/lib/words';
import { paths } from '@/shared/paths';
import { useSession } from '@/shared/session/SessionProvider';
import { PageHeader } from '@/shared/ui/PageHeader';
import { railOf } from './nav';

export function NotForYou() {
  const { profile } = useSession();
  const home = railOf(profile)[0]?.label ?? 'Home';
  return (
    <>
      <PageHeader
        title="This page is not for your role"
        intro={`Your role is ${roleWords[profile.role].toLowerCase()}. If you need what is here, ask whoever manages the accounts of ${profile.organization.name} for another role.`}
      />
      <Button component={Link} href={paths.home()} variant="contained">To {home}</Button>
    </>
  );
}
