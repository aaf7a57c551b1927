import type { Metadata } from 'next';
import { EmergencyScreen } from '@/features/emergency/EmergencyScreen';

export const metadata: Metadata = { title: 'Emergency access' };

export default function Page() {
  return <EmergencyScreen />;
}
