// Organizations: list, create, change, suspend, delete, destroy the key.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, data, ifMatch } from '@/shared/api/client';
import { useList } from '@/shared/api/list';
import type { Organization, OrganizationStatus, PasswordClass, SignInBinding, UpdateOrganization } from '@/shared/api/types';
import type { LimitName } from './signInLimits';

export function useOrganizations(query: Record<string, string | number>) {
  return useList('organizations', '/api/organizations', query);
}

export function useOrganization(id: string) {
  return useQuery({
    queryKey: ['organizations', id],
    queryFn: ({ signal }) => data(api.GET('/api/organizations/{id}', { params: { path: { id } }, signal })),
  });
}

export interface OrganizationInput {
  name?: string;
  sessionIdleMinutes?: number;
  sessionMaxMinutes?: number;
  maxConcurrentSessions?: number;
  recordingRetentionDays?: number;
}

function useRefresh() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ['organizations'] });
}

export function useSaveOrganization({ id, version }: Organization) {
  const refresh = useRefresh();
  return useMutation({
    meta: { inline: true },
    mutationFn: (body: OrganizationInput) => data(api.PUT('/api/organizations/{id}', { params: { path: { id } }, headers: ifMatch(version), body })),
    onSuccess: refresh,
  });
}

/** Changes a part of an organization; with `version`, only while nobody else has changed it. */
function useChange<T>(id: string, bodyOf: (value: T) => UpdateOrganization, version?: number) {
  const refresh = useRefresh();
  return useMutation({
    meta: { inline: true },
    mutationFn: (value: T) => data(api.PUT('/api/organizations/{id}', { params: { path: { id } }, headers: ifMatch(version), body: bodyOf(value) })),
    onSuccess: refresh,
  });
}

export const useSetOrganizationStatus = (id: string) => useChange(id, (status: OrganizationStatus) => ({ status }));

export const useRequireFactors = (id: string) => useChange(id, (mfaRequired: boolean) => ({ mfaRequired }));

export const useSetSignInLimits = ({ id, version }: Organization) => useChange(id, (limits: Partial<Record<LimitName, number>>) => limits, version);

export const useSetPasswordClasses = (id: string) => useChange(id, (passwordClasses: PasswordClass[]) => ({ passwordClasses }));

export const useSetSignInBindings = (id: string) => useChange(id, (signInBindings: SignInBinding[]) => ({ signInBindings }));

export const useSetAccessApproval = ({ id, version }: Organization) => useChange(id, (accessApproval: Organization['accessApproval']) => ({ accessApproval }), version);

export const useSetNetworks = ({ id, version }: Organization) => useChange(id, (ipRanges: string[]) => ({ ipRanges }), version);

export function useDeleteOrganization(id: string) {
  const refresh = useRefresh();
  return useMutation({
    meta: { inline: true },
    mutationFn: () => data(api.DELETE('/api/organizations/{id}', { params: { path: { id } } })),
    onSuccess: () => void refresh(),
  });
}

export function useDestroyKey(id: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { inline: true },
    mutationFn: (body: { confirmName: string; reason: string }) => data(api.POST('/api/organizations/{id}/destroy-key', { params: { path: { id } }, body })),
    onSuccess: () => client.invalidateQueries(),
  });
}
