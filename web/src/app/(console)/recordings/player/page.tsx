import type { Metadata } from 'next';
import { PlayerScreen } from '@/features/recordings/PlayerScreen';

export const metadata: Metadata = { title: 'Recording' };

export default function Page() {
  return <PlayerScreen />;
}
