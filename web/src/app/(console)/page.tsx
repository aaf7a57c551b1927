'use client';
import { useSession } from '@/shared/session/SessionProvider';
import { PageHeader } from '@/shared/ui/PageHeader';

export default function Page() {
  const { profile } = useSession();
  return <PageHeader title={`Welcome, ${profile.displayName}`} />;
}
