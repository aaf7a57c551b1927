import type { Metadata } from 'next';
import { HistoryScreen } from '@/features/grants/HistoryScreen';

export const metadata: Metadata = { title: 'History of access' };

export default function Page() {
  return <HistoryScreen />;
}
