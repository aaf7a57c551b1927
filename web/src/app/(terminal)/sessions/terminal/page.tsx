import type { Metadata } from 'next';
import { TerminalScreen } from '@/features/terminal/TerminalScreen';

export const metadata: Metadata = { title: 'Terminal' };

export default function Page() {
  return <TerminalScreen />;
}
