// Where the log is forwarded to: receivers of others, by syslog or as a webhook.
import { useQuery } from '@tanstack/react-query';
import { useAct } from '@/shared/api/act';
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

const changed = [['destinations']];

export function useAddDestination() {
  return useAct({ inline: true, ask: (body: NewDestination) => data(api.POST('/api/audit/destinations', { body })), renew: changed });
}

export function useChangeDestination({ id, version }: Destination) {
  return useAct({
    inline: true,
    ask: (body: ChangedDestination) => data(api.PUT('/api/audit/destinations/{id}', { params: { path: { id } }, headers: ifMatch(version), body })),
    renew: changed,
  });
}

/** Only as it was seen: what it delivers changes no version. */
export function useRemoveDestination({ id, version }: Destination) {
  return useAct({ inline: true, ask: () => data(api.DELETE('/api/audit/destinations/{id}', { params: { path: { id } }, headers: ifMatch(version) })), renew: changed, renewRefused: true });
}

export function useTestDestination(id: string) {
  return useAct({ inline: true, ask: () => data(api.POST('/api/audit/destinations/{id}/test', { params: { path: { id } } })), renew: changed });
}

export function useRotateSecret(id: string) {
  return useAct({ inline: true, ask: () => data(api.POST('/api/audit/destinations/{id}/secret', { params: { path: { id } } })), renew: changed });
}
