'use client';
// Emergency access that is active now, on a screen that is of something else.
import { useRouter } from 'next/navigation';
import { paths } from '@/shared/paths';
import { ActiveNow } from './ActiveNow';
import { useEmergencies } from './api';

export function EmergencyNow() {
  const router = useRouter();
  const active = useEmergencies({ status: 'active', limit: 50 });
  return <ActiveNow title="Emergency access now" list={active.data?.items ?? []} onOpen={(id) => router.push(paths.emergency({ open: id }))} />;
}
