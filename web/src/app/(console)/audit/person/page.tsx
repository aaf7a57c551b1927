import type { Metadata } from 'next';
import { PersonActivityScreen } from '@/features/audit/PersonActivityScreen';

export const metadata: Metadata = { title: 'A person’s activity' };

export default function Page() {
  return <PersonActivityScreen />;
}
