// Every page in here needs a sign-in and stands in the frame.
import { Suspense, type ReactNode } from 'react';
import { Frame } from '@/shared/frame/Frame';
import { FrameSkeleton } from '@/shared/frame/FrameSkeleton';
import { LiveUpdates } from '@/shared/live/LiveUpdates';
import { SessionProvider } from '@/shared/session/SessionProvider';
import { StepUpProvider } from '@/shared/session/StepUp';

export default function ConsoleLayout({ children }: { children: ReactNode }) {
  return (
    <Suspense fallback={<FrameSkeleton />}>
      <SessionProvider>
        <LiveUpdates />
        <StepUpProvider>
          <Frame>{children}</Frame>
        </StepUpProvider>
      </SessionProvider>
    </Suspense>
  );
}
