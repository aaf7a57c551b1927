import type { Metadata } from 'next';
import { ComplianceScreen } from '@/features/audit/ComplianceScreen';

export const metadata: Metadata = { title: 'Compliance' };

export default function Page() {
  return <ComplianceScreen />;
}
