import type { Metadata } from 'next';
import { UsersScreen } from '@/features/users/UsersScreen';

export const metadata: Metadata = { title: 'People' };

export default function Page() {
  return <UsersScreen />;
}
