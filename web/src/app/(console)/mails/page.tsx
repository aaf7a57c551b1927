import type { Metadata } from 'next';
import { Suspense } from 'react';
import { MailsScreen } from '@/features/mail/MailsScreen';

export const metadata: Metadata = { title: 'Mails' };

export default function Page() {
  return (
    <Suspense>
      <MailsScreen />
    </Suspense>
  );
}
