import type { Metadata } from 'next';
import { DestinationsScreen } from '@/features/audit/forward/DestinationsScreen';

export const metadata: Metadata = { title: 'Forwarding' };

export default function Page() {
  return <DestinationsScreen />;
}
