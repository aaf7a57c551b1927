// Emergency access: started, ended before its time, reviewed by somebody else.
import { useQuery, type QueryClient } from '@tanstack/react-query';
import { useAct } from '@/shared/api/act';
import { api, data } from '@/shared/api/client';
import { useList } from '@/shared/api/list';
import type { components } from '@/shared/api/schema';
import type { Option } from '@/shared/ui/form';

export type Emergency = components['schemas']['EmergencyAccess'];
export type Verdict = components['schemas']['ReviewVerdict'];
export type EmergencyWish = components['schemas']['StartEmergencyAccess'];

const EVERY_MS = 15_000;

export function useEmergencies(query: Record<string, string | number>) {
  return useList('emergency', '/api/access-management/emergency', query, { everyMs: EVERY_MS });
}

export function useEmergency(id: string | null) {
  return useQuery({
    queryKey: ['emergency', id],
    enabled: id !== null,
    queryFn: ({ signal }) => data(api.GET('/api/access-management/emergency/{emergencyId}', { params: { path: { emergencyId: id ?? '' } }, signal })),
  });
}

/** Where a technician holds any access now: there alone they may start it. */
export function useHeldCustomers(technicianId: string, enabled: boolean): Option<string>[] | undefined {
  const { data: grants } = useQuery({
    queryKey: ['grants', 'held', technicianId],
    enabled,
    queryFn: ({ signal }) => data(api.GET('/api/technician-access/technician/{technicianId}', { params: { path: { technicianId }, query: { limit: 200 } }, signal })),
  });
  const held = grants?.items.filter(({ status }) => status === 'active').map(({ customerOrgId, customerOrgName }) => [customerOrgId, customerOrgName] as const);
  return held && [...new Map(held)].map(([value, label]) => ({ value, label })).sort((a, b) => a.label.localeCompare(b.label));
}

const changed = [['emergency'], ['grants'], ['sessions']];

function adopt(emergency: Emergency, client: QueryClient): void {
  client.setQueryData(['emergency', emergency.id], emergency);
}

export function useStart() {
  return useAct({
    inline: true,
    ask: (body: EmergencyWish) => data(api.POST('/api/access-management/emergency', { body })),
    adopt,
    renew: changed,
    renewRefused: true,
  });
}

export function useEnd(id: string) {
  return useAct({
    inline: true,
    ask: (reason: string) => data(api.POST('/api/access-management/emergency/{emergencyId}/end', { params: { path: { emergencyId: id } }, body: { reason } })),
    adopt,
    renew: changed,
    renewRefused: true,
  });
}

export function useReview(id: string) {
  return useAct({
    inline: true,
    ask: (body: { verdict: Verdict; words: string }) => data(api.POST('/api/access-management/emergency/{emergencyId}/review', { params: { path: { emergencyId: id } }, body })),
    adopt,
    renew: changed,
    renewRefused: true,
  });
}
