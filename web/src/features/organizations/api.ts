// Organizations: list, create, change, suspend, delete, destroy the key.
import { useQuery, type QueryClient } from '@tanstack/react-query';
import { useAct } from '@/shared/api/act';
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

const changed = [['organizations']];

function adopt(organization: Organization, client: QueryClient): void {
  client.setQueryData(['organizations', organization.id], organization);
}

export function useSaveOrganization({ id, version }: Organization) {
  return useAct({
    inline: true,
    ask: (body: OrganizationInput) => data(api.PUT('/api/organizations/{id}', { params: { path: { id } }, headers: ifMatch(version), body })),
    adopt,
    renew: changed,
  });
}

/** Changes a part of an organization; with `version`, only while nobody else has changed it. */
function useChangePart<T>(id: string, bodyOf: (value: T) => UpdateOrganization, version?: number) {
  return useAct({
    inline: true,
    ask: (value: T) => data(api.PUT('/api/organizations/{id}', { params: { path: { id } }, headers: ifMatch(version), body: bodyOf(value) })),
    adopt,
    renew: changed,
  });
}

export const useSetOrganizationStatus = (id: string) => useChangePart(id, (status: OrganizationStatus) => ({ status }));

export const useRequireFactors = (id: string) => useChangePart(id, (mfaRequired: boolean) => ({ mfaRequired }));

export const useSetSignInLimits = ({ id, version }: Organization) => useChangePart(id, (limits: Partial<Record<LimitName, number>>) => limits, version);

export const useSetPasswordClasses = (id: string) => useChangePart(id, (passwordClasses: PasswordClass[]) => ({ passwordClasses }));

export const useSetSignInBindings = (id: string) => useChangePart(id, (signInBindings: SignInBinding[]) => ({ signInBindings }));

export const useSetAccessApproval = ({ id, version }: Organization) => useChangePart(id, (accessApproval: Organization['accessApproval']) => ({ accessApproval }), version);

export const useSetNetworks = ({ id, version }: Organization) => useChangePart(id, (ipRanges: string[]) => ({ ipRanges }), version);

/** Only as it was seen. */
export function useDeleteOrganization({ id, version }: Organization) {
  return useAct({
    inline: true,
    ask: () => data(api.DELETE('/api/organizations/{id}', { params: { path: { id } }, headers: ifMatch(version) })),
    renew: changed,
    renewRefused: true,
  });
}

export function useRestoreOrganization({ id, version }: Organization) {
  return useAct({
    inline: true,
    ask: () => data(api.POST('/api/organizations/{id}/restore', { params: { path: { id } }, headers: ifMatch(version) })),
    renew: changed,
  });
}

export function useDestroyKey(id: string) {
  return useAct({
    inline: true,
    ask: (body: { confirmName: string; reason: string }) => data(api.POST('/api/organizations/{id}/destroy-key', { params: { path: { id } }, body })),
    // Nothing of that organization can be read any more.
    renew: [[]],
  });
}
