// Where the log is forwarded to: receivers of others, by syslog or as a webhook.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, BACKGROUND, data, ifMatch } from '@/shared/api/client';
import type { components } from '@/shared/api/schema';

export type Destination = components['schemas']['AuditDestination'];
export type NewDestination = components['schemas']['CreateAuditDestination'];
export type ChangedDestination = components['schemas']['UpdateAuditDestination'];

const EVERY_MS = 10_000;

export function useDestinations() {
  return useQuery({
    queryKey: ['destinations'],
    refetchInterval: EVERY_MS,
    queryFn: ({ signal }) => data(api.GET('/api/audit/destinations', { headers: BACKGROUND, signal })),
  });
}

function useRefresh() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ['destinations'] });
}

export function useAddDestination() {
  const refresh = useRefresh();
  return useMutation({ meta: { inline: true }, mutationFn: (body: NewDestination) => data(api.POST('/api/audit/destinations', { body })), onSuccess: () => void refresh() });
}

export function useChangeDestination({ id, version }: Destination) {
  const refresh = useRefresh();
  return useMutation({
    meta: { inline: true },
    mutationFn: (body: ChangedDestination) => data(api.PUT('/api/audit/destinations/{id}', { params: { path: { id } }, headers: ifMatch(version), body })),
    onSuccess: refresh,
  });
}

export function useRemoveDestination(id: string) {
  const refresh = useRefresh();
  return useMutation({ meta: { inline: true }, mutationFn: () => data(api.DELETE('/api/audit/destinations/{id}', { params: { path: { id } } })), onSuccess: () => void refresh() });
}

export function useTestDestination(id: string) {
  const refresh = useRefresh();
  return useMutation({ meta: { inline: true }, mutationFn: () => data(api.POST('/api/audit/destinations/{id}/test', { params: { path: { id } } })), onSuccess: () => void refresh() });
}

export function useRotateSecret(id: string) {
  const refresh = useRefresh();
  return useMutation({ meta: { inline: true }, mutationFn: () => data(api.POST('/api/audit/destinations/{id}/secret', { params: { path: { id } } })), onSuccess: () => void refresh() });
}
