import type { Metadata } from 'next';
import { ProposalsScreen } from '@/features/grants/proposals/ProposalsScreen';

export const metadata: Metadata = { title: 'Proposals' };

export default function Page() {
  return <ProposalsScreen />;
}
