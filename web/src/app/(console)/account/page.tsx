import type { Metadata } from 'next';
import { ApiTokensCard } from '@/features/apiTokens/ApiTokensCard';
import { AccountScreen } from '@/features/auth/AccountScreen';
import { IdentitiesCard } from '@/features/sso/IdentitiesCard';

export const metadata: Metadata = { title: 'My account' };

export default function Page() {
  return <AccountScreen identities={<IdentitiesCard />} tokens={<ApiTokensCard />} />;
}
