import type { Metadata } from 'next';
import { OrganizationsScreen } from '@/features/organizations/OrganizationsScreen';

export const metadata: Metadata = { title: 'Customers' };

export default function Page() {
  return <OrganizationsScreen />;
}
