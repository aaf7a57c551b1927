'use client';
import { EmergencyNow } from '@/features/emergency/EmergencyNow';
import { FrontScreen } from '@/features/front/FrontScreen';
import { OverviewScreen } from '@/features/overview/OverviewScreen';
import { WhoWasHereScreen } from '@/features/visits/WhoWasHereScreen';
import { MyCustomersScreen } from '@/features/workspace/MyCustomersScreen';
import { useSession } from '@/shared/session/SessionProvider';

export default function Page() {
  const { profile } = useSession();
  switch (profile.role) {
    case 'technician':
      return <MyCustomersScreen />;
    case 'super_admin':
    case 'account_manager':
    case 'security_analyst':
      return <OverviewScreen />;
    case 'admin':
      return <WhoWasHereScreen now={<EmergencyNow />} />;
    case 'report_viewer':
    case 'request_user':
    case 'basic_user':
      return <FrontScreen />;
  }
}
