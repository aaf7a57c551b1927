import type { Metadata } from 'next';
import { OnboardingScreen } from '@/features/onboarding/OnboardingScreen';

export const metadata: Metadata = { title: 'Add a customer' };

export default function Page() {
  return <OnboardingScreen />;
}
