import type { Metadata } from 'next';
import { SealedLogScreen } from '@/features/audit/sealed/SealedLogScreen';

export const metadata: Metadata = { title: 'Verify the log' };

export default function Page() {
  return <SealedLogScreen />;
}
