// Organizations: list, create, change, suspend, delete, destroy the key.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import { useList } from '@/shared/api/list';
import type { Organization, OrganizationStatus } from '@/shared/api/types';

export function useOrganizations(query: Record<string, string | number>) {
  return useList<Organization>('organizations', '/api/organizations', query);
}

export function useOrganization(id: string) {
  return useQuery({
    queryKey: ['organizations', id],
    queryFn: ({ signal }) => api.get<Organization>(`/api/organizations/${id}`, undefined, signal),
  });
}

export interface OrganizationInput {
  name?: string;
  sessionIdleMinutes?: number;
  sessionMaxMinutes?: number;
  recordingRetentionDays?: number;
}

function useRefresh() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ['organizations'] });
}

export function useSaveOrganization(organization: Organization | undefined) {
  const refresh = useRefresh();
  return useMutation({
    meta: { inline: true },
    mutationFn: (body: OrganizationInput) =>
      organization === undefined ? api.post<Organization>('/api/organizations', body) : api.put<Organization>(`/api/organizations/${organization.id}`, body, organization.version),
    onSuccess: refresh,
  });
}

export function useSetOrganizationStatus(id: string) {
  const refresh = useRefresh();
  return useMutation({
    meta: { inline: true },
    mutationFn: (status: OrganizationStatus) => api.put<Organization>(`/api/organizations/${id}`, { status }),
    onSuccess: refresh,
  });
}

export function useDeleteOrganization(id: string) {
  const refresh = useRefresh();
  return useMutation({
    meta: { inline: true },
    mutationFn: () => api.delete<unknown>(`/api/organizations/${id}`),
    onSuccess: () => void refresh(),
  });
}

export function useDestroyKey(id: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { inline: true },
    mutationFn: (body: { confirmName: string; reason: string }) => api.post<unknown>(`/api/organizations/${id}/destroy-key`, body),
    onSuccess: () => client.invalidateQueries(),
  });
}
