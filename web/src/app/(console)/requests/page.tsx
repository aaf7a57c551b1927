import type { Metadata } from 'next';
import { RequestsScreen } from '@/features/requests/RequestsScreen';

export const metadata: Metadata = { title: 'Requests for access' };

export default function Page() {
  return <RequestsScreen />;
}
