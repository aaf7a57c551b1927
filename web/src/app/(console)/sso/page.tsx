import type { Metadata } from 'next';
import { SetupScreen } from '@/features/sso/setup/SetupScreen';

export const metadata: Metadata = { title: 'Set up single sign-on' };

export default function Page() {
  return <SetupScreen />;
}
