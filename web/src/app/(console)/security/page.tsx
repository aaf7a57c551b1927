'use client';
import { SecurityScreen } from '@/features/organizations/SecurityScreen';
import { organizationSecurity } from '../organizationSecurity';

export default function Page() {
  return <SecurityScreen content={organizationSecurity} />;
}
