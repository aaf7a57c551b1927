import type { Metadata } from 'next';
import { GrantsScreen } from '@/features/grants/GrantsScreen';

export const metadata: Metadata = { title: 'Access' };

export default function Page() {
  return <GrantsScreen />;
}
