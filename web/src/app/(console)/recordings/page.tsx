import type { Metadata } from 'next';
import { RecordingsScreen } from '@/features/recordings/RecordingsScreen';

export const metadata: Metadata = { title: 'Recordings' };

export default function Page() {
  return <RecordingsScreen />;
}
