'use client';
import { OwnOrganizationScreen } from '@/features/organizations/OwnOrganizationScreen';

export default function Page() {
  return <OwnOrganizationScreen />;
}
