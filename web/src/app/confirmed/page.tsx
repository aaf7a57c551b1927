import type { Metadata } from 'next';
import { Suspense } from 'react';
import { ConfirmedScreen } from '@/features/auth/ConfirmedScreen';

export const metadata: Metadata = { title: 'Confirmed' };

export default function Page() {
  return (
    <Suspense>
      <ConfirmedScreen />
    </Suspense>
  );
}
