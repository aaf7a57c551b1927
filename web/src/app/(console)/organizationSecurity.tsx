// The one place where it is decided how the people of an organization sign in, put together of the features that own its parts.
import { IdentityEvents } from '@/features/audit/IdentityEvents';
import { NetworksCard } from '@/features/organizations/NetworksCard';
import { PasswordClassesCard } from '@/features/organizations/PasswordClassesCard';
import { SecondFactorCard } from '@/features/organizations/SecondFactorCard';
import { SignInBindingsCard } from '@/features/organizations/SignInBindingsCard';
import { SignInLimitsCard } from '@/features/organizations/SignInLimitsCard';
import { DirectoryCard } from '@/features/scim/DirectoryCard';
import { SecuritySettings } from '@/features/sso/SecuritySettings';
import { TokenKeysCard } from '@/features/tokenKeys/TokenKeysCard';
import type { Organization } from '@/shared/api/types';

export function organizationSecurity(organization: Organization) {
  return (
    <SecuritySettings
      organization={organization}
      rules={
        <>
          <SecondFactorCard organization={organization} />
          <SignInLimitsCard organization={organization} />
          <SignInBindingsCard organization={organization} />
          <NetworksCard organization={organization} />
          <PasswordClassesCard organization={organization} />
        </>
      }
      // The provider's own people come from no directory.
      directory={organization.type === 'customer' && <DirectoryCard organizationId={organization.id} />}
      // The platform is the provider's to run.
      platform={organization.type === 'mss_provider' && <TokenKeysCard />}
      events={<IdentityEvents organization={organization} />}
    />
  );
}
