import type { Metadata } from 'next';
import { UnusedScreen } from '@/features/grants/UnusedScreen';

export const metadata: Metadata = { title: 'Unused access' };

export default function Page() {
  return <UnusedScreen />;
}
