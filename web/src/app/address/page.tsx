import type { Metadata } from 'next';
import { AddressScreen } from '@/features/auth/AddressScreen';

export const metadata: Metadata = { title: 'Confirm your address' };

export default function Page() {
  return <AddressScreen />;
}
