import type { Metadata } from 'next';
import { ResetScreen } from '@/features/auth/ResetScreen';

export const metadata: Metadata = { title: 'Choose another password' };

export default function Page() {
  return <ResetScreen />;
}
