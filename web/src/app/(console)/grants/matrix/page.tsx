import type { Metadata } from 'next';
import { MatrixScreen } from '@/features/grants/matrix/MatrixScreen';

export const metadata: Metadata = { title: 'Access matrix' };

export default function Page() {
  return <MatrixScreen />;
}
