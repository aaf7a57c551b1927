import type { Metadata } from 'next';
import { SessionsScreen } from '@/features/sessions/SessionsScreen';

export const metadata: Metadata = { title: 'Sessions' };

export default function Page() {
  return <SessionsScreen />;
}
