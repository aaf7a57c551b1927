// Requests for access: a technician asks, others decide.
import { useQuery, type QueryClient } from '@tanstack/react-query';
import { useAct } from '@/shared/api/act';
import { api, data, ifMatch } from '@/shared/api/client';
import { useList } from '@/shared/api/list';
import type { components } from '@/shared/api/schema';

export type AccessRequest = components['schemas']['AccessRequest'];
export type NewAccessRequest = components['schemas']['CreateAccessRequest'];
export type ChangedAccessRequest = components['schemas']['UpdateAccessRequest'];

export function useAccessRequests(query: Record<string, string | number>) {
  return useList('requests', '/api/access-management/requests', query, { everyMs: 30_000 });
}

export function useAccessRequest(id: string | null) {
  return useQuery({
    queryKey: ['requests', id],
    enabled: id !== null,
    queryFn: ({ signal }) => data(api.GET('/api/access-management/requests/{requestId}', { params: { path: { requestId: id ?? '' } }, signal })),
  });
}

const changed = [['requests'], ['grants'], ['organizations']];

function adopt(request: AccessRequest, client: QueryClient): void {
  client.setQueryData(['requests', request.id], request);
}

export function useAsk() {
  return useAct({
    inline: true,
    ask: (body: NewAccessRequest) => data(api.POST('/api/access-management/requests', { body })),
    adopt,
    renew: changed,
  });
}

export function useChangeRequest({ id, version }: AccessRequest) {
  return useAct({
    inline: true,
    ask: (body: ChangedAccessRequest) => data(api.PUT('/api/access-management/requests/{requestId}', { params: { path: { requestId: id } }, headers: ifMatch(version), body })),
    adopt,
    renew: changed,
  });
}

export function useWithdraw(id: string) {
  return useAct({
    inline: true,
    ask: () => data(api.DELETE('/api/access-management/requests/{requestId}', { params: { path: { requestId: id } } })),
    adopt,
    renew: changed,
  });
}

/** Of exactly the terms that were looked at. */
export function useApprove(id: string) {
  return useAct({
    inline: true,
    ask: (body: { termsHash: string; note?: string }) => data(api.POST('/api/access-management/requests/{requestId}/approve', { params: { path: { requestId: id } }, body })),
    adopt,
    renew: changed,
    // What stands in the way may be that it changed.
    renewRefused: true,
  });
}

export function useRefuse(id: string) {
  return useAct({
    inline: true,
    ask: (reason: string) => data(api.POST('/api/access-management/requests/{requestId}/refuse', { params: { path: { requestId: id } }, body: { reason } })),
    adopt,
    renew: changed,
  });
}
