// Requests for access: a technician asks, others decide.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
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

function useRefresh() {
  const client = useQueryClient();
  return () => Promise.all(['requests', 'grants', 'organizations'].map((key) => client.invalidateQueries({ queryKey: [key] })));
}

export function useAsk() {
  const refresh = useRefresh();
  return useMutation({
    meta: { inline: true },
    mutationFn: (body: NewAccessRequest) => data(api.POST('/api/access-management/requests', { body })),
    onSuccess: () => void refresh(),
  });
}

export function useChangeRequest({ id, version }: AccessRequest) {
  const refresh = useRefresh();
  return useMutation({
    meta: { inline: true },
    mutationFn: (body: ChangedAccessRequest) => data(api.PUT('/api/access-management/requests/{requestId}', { params: { path: { requestId: id } }, headers: ifMatch(version), body })),
    onSuccess: refresh,
  });
}

export function useWithdraw(id: string) {
  const refresh = useRefresh();
  return useMutation({
    meta: { inline: true },
    mutationFn: () => data(api.DELETE('/api/access-management/requests/{requestId}', { params: { path: { requestId: id } } })),
    onSuccess: refresh,
  });
}

/** Of exactly the terms that were looked at. */
export function useApprove(id: string) {
  const refresh = useRefresh();
  return useMutation({
    meta: { inline: true },
    mutationFn: (body: { termsHash: string; note?: string }) => data(api.POST('/api/access-management/requests/{requestId}/approve', { params: { path: { requestId: id } }, body })),
    // Refused, too: what stands in the way may be that it changed.
    onSettled: () => void refresh(),
  });
}

export function useRefuse(id: string) {
  const refresh = useRefresh();
  return useMutation({
    meta: { inline: true },
    mutationFn: (reason: string) => data(api.POST('/api/access-management/requests/{requestId}/refuse', { params: { path: { requestId: id } }, body: { reason } })),
    onSuccess: refresh,
  });
}
