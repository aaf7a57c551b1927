import type { Metadata } from 'next';
import { AssetsScreen } from '@/features/assets/AssetsScreen';

export const metadata: Metadata = { title: 'Machines' };

export default function Page() {
  return <AssetsScreen />;
}
