// Technicians' access to customers: grant, change, revoke.
import { keepPreviousData, useQuery, type QueryClient } from '@tanstack/react-query';
import { useAct } from '@/shared/api/act';
import { api, data, ifMatch } from '@/shared/api/client';
import { useList } from '@/shared/api/list';
import type { AccessLevel, Grant, GrantHours } from '@/shared/api/types';

export function useGrants(query: Record<string, string | number>) {
  return useList('grants', '/api/technician-access', query);
}

export function useGrant(id: string | null) {
  return useQuery({
    queryKey: ['grants', id],
    enabled: id !== null,
    queryFn: ({ signal }) => data(api.GET('/api/technician-access/{accessId}', { params: { path: { accessId: id ?? '' } }, signal })),
  });
}

/** Access in numbers, for whoever manages it. */
export function useAccessSummary() {
  return useQuery({
    queryKey: ['grants', 'summary'],
    queryFn: ({ signal }) => data(api.GET('/api/access-management/summary', { signal })),
  });
}

export function useUnusedGrants(query: Record<string, string | number>) {
  return useList('grants', '/api/access-management/unused', query);
}

/** One of them; it may stand in a proposal that waits. */
export type UnusedGrant = NonNullable<ReturnType<typeof useUnusedGrants>['data']>['items'][number];

export interface HistoryQuery {
  organizationId?: string;
  technicianId?: string;
  grantId?: string;
  from?: string;
  page?: number;
  limit?: number;
}

/** Every change of access, newest first. */
export function useAccessHistory(query: HistoryQuery) {
  return useList('grants', '/api/access-management/history', { ...query });
}

/** Who of the provider may come in to this customer. */
export function useCustomerTechnicians(customerId: string, page: number, limit: number) {
  return useQuery({
    queryKey: ['grants', 'customer', customerId, page, limit],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => data(api.GET('/api/access-management/customer/{customerId}/technicians', { params: { path: { customerId }, query: { page, limit } }, signal })),
  });
}

/** What a change of access shows in. */
export const changed = [['grants'], ['organizations'], ['sessions']];

function adopt(grant: Grant, client: QueryClient): void {
  client.setQueryData(['grants', grant.id], grant);
}

export interface GrantTerms {
  accessLevel: AccessLevel;
  expiresAt?: string | null;
  startsAt?: string;
  ipRanges: string[];
  services?: Grant['services'];
  hours: GrantHours | null;
  reason: string;
  notes?: string;
}

export interface NewGrant extends GrantTerms {
  technicianId: string;
  customerOrgId: string;
}

export function useCreateGrant() {
  return useAct({
    inline: true,
    ask: (body: NewGrant) => data(api.POST('/api/technician-access/grant', { body })),
    renew: changed,
  });
}

export function useUpdateGrant({ id, version }: Grant) {
  return useAct({
    inline: true,
    ask: (body: Partial<Omit<GrantTerms, 'startsAt'>>) =>
      data(api.PUT('/api/technician-access/{accessId}', { params: { path: { accessId: id } }, headers: ifMatch(version), body })),
    adopt,
    renew: changed,
  });
}

export function useRevokeGrant(id: string) {
  return useAct({
    inline: true,
    ask: (reason: string) => data(api.DELETE('/api/technician-access/{accessId}', { params: { path: { accessId: id }, query: { reason } } })),
    adopt,
    renew: changed,
  });
}
