import type { Metadata } from 'next';
import { CustomerAccessScreen } from '@/features/grants/CustomerAccessScreen';

export const metadata: Metadata = { title: 'Access' };

export default function Page() {
  return <CustomerAccessScreen />;
}
