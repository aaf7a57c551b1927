// The tokens by which an organization's directory comes, and keeps its people and groups here (SCIM).
import { useQuery } from '@tanstack/react-query';
import { useAct } from '@/shared/api/act';
import { api, data } from '@/shared/api/client';
import type { components } from '@/shared/api/schema';

export type DirectoryToken = components['schemas']['DirectoryToken'];
export type NewDirectoryToken = components['schemas']['CreateDirectoryToken'];

const tokensKey = ['directory-tokens'] as const;

export function useDirectoryTokens(organizationId: string) {
  return useQuery({
    queryKey: [...tokensKey, organizationId],
    queryFn: ({ signal }) => data(api.GET('/api/sso/directory-tokens', { params: { query: { organizationId } }, signal })),
  });
}

/** To which connections a directory can be bound. */
export function useConnectionOptions(organizationId: string) {
  return useQuery({
    queryKey: ['sso', 'connections', 'options', organizationId],
    queryFn: async ({ signal }) => (await data(api.GET('/api/sso/connections', { params: { query: { organizationId } }, signal }))).items.map(({ id, name }) => ({ value: id, label: name })),
  });
}

export function useCreateDirectoryToken() {
  return useAct({
    inline: true,
    ask: (body: NewDirectoryToken) => data(api.POST('/api/sso/directory-tokens', { body })),
    renew: [tokensKey],
  });
}

export function useRevokeDirectoryToken() {
  return useAct({
    inline: true,
    ask: (id: string) => data(api.DELETE('/api/sso/directory-tokens/{id}', { params: { path: { id } } })),
    renew: [tokensKey],
    renewRefused: true,
  });
}
