import type { Metadata } from 'next';
import { AuditScreen } from '@/features/audit/AuditScreen';

export const metadata: Metadata = { title: 'Audit' };

export default function Page() {
  return <AuditScreen />;
}
