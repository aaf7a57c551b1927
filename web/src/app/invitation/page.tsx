import type { Metadata } from 'next';
import { InvitationScreen } from '@/features/auth/InvitationScreen';

export const metadata: Metadata = { title: 'Invitation' };

export default function Page() {
  return <InvitationScreen />;
}
