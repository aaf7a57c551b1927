// The one place where it is decided how the people of an organization sign in, put together of the features that own its parts.
import { IdentityEvents } from '@/features/audit/IdentityEvents';
import { SecondFactorCard } from '@/features/organizations/SecondFactorCard';
import { SecuritySettings } from '@/features/sso/SecuritySettings';
import type { Organization } from '@/shared/api/types';

export function organizationSecurity(organization: Organization) {
  return <SecuritySettings organization={organization} secondFactor={<SecondFactorCard organization={organization} />} events={<IdentityEvents organization={organization} />} />;
}
