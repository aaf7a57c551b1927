// Pages that need a sign-in and have the whole window to themselves.
import type { Viewport } from 'next';
import { Suspense, type ReactNode } from 'react';
import { FrameSkeleton } from '@/shared/frame/FrameSkeleton';
import { SessionProvider } from '@/shared/session/SessionProvider';
import { StepUpProvider } from '@/shared/session/StepUp';

// A phone's keyboard makes the page smaller instead of covering the prompt.
export const viewport: Viewport = { width: 'device-width', initialScale: 1, interactiveWidget: 'resizes-content' };

export default function TerminalLayout({ children }: { children: ReactNode }) {
  return (
    <Suspense fallback={<FrameSkeleton />}>
      <SessionProvider>
        <StepUpProvider>{children}</StepUpProvider>
      </SessionProvider>
    </Suspense>
  );
}
