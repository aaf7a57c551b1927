// Grants and machines put together: one entry a customer.
import type { AccessLevel, Asset, Grant } from '@/shared/api/types';

export interface MyCustomer {
  id: string;
  name: string;
  /** Live grants first, of those what is open now; never empty. */
  grants: Grant[];
  assets: Asset[];
  /** When an access that holds today was last used; of an earlier one it says nothing. */
  lastUsed: string | null;
}

const reach: Record<AccessLevel, number> = { emergency: 0, full_access: 1, read_only: 2 };

export function myCustomers(grants: readonly Grant[], assets: readonly Asset[]): MyCustomer[] {
  const customers = new Map<string, MyCustomer>();
  for (const grant of grants) {
    if (grant.status !== 'active' && grant.status !== 'scheduled') continue;
    const customer = customers.get(grant.customerOrgId) ?? {
      id: grant.customerOrgId,
      name: grant.customerOrgName,
      grants: [],
      assets: assets.filter((asset) => asset.organizationId === grant.customerOrgId),
      lastUsed: null,
    };
    customer.grants.push(grant);
    if (grant.lastUsedAt && (customer.lastUsed === null || grant.lastUsedAt > customer.lastUsed)) customer.lastUsed = grant.lastUsedAt;
    customers.set(customer.id, customer);
  }
  for (const customer of customers.values()) {
    customer.grants.sort((a, b) => Number(a.status === 'scheduled') - Number(b.status === 'scheduled') || Number(b.openNow) - Number(a.openNow) || reach[a.accessLevel] - reach[b.accessLevel]);
    customer.assets.sort((a, b) => Number(b.liveSessions > 0) - Number(a.liveSessions > 0) || (b.lastSessionAt ?? '').localeCompare(a.lastSessionAt ?? '') || a.name.localeCompare(b.name));
  }
  return [...customers.values()].sort((a, b) => (b.lastUsed ?? '').localeCompare(a.lastUsed ?? '') || a.name.localeCompare(b.name));
}
