// API tokens: one's own, and those of the people whose tokens one may see.
import { useQuery } from '@tanstack/react-query';
import { useAct } from '@/shared/api/act';
import { api, data } from '@/shared/api/client';
import type { components } from '@/shared/api/schema';

export type NewApiToken = components['schemas']['CreateApiToken'];

const tokensKey = ['api-tokens'] as const;
/** More than one person can have. */
const ALL = { limit: 100 };

/** @param userId whose; one's own when not given. */
export function useApiTokens(userId?: string) {
  return useQuery({
    queryKey: [...tokensKey, userId ?? 'own'],
    queryFn: async ({ signal }) => {
      const page =
        userId === undefined
          ? await data(api.GET('/api/api-tokens', { params: { query: ALL }, signal }))
          : await data(api.GET('/api/users/{userId}/api-tokens', { params: { path: { userId }, query: ALL }, signal }));
      return page.items;
    },
  });
}

export function useScopes() {
  return useQuery({
    queryKey: [...tokensKey, 'scopes'],
    staleTime: Infinity,
    queryFn: ({ signal }) => data(api.GET('/api/api-tokens/scopes', { signal })),
  });
}

export function useCreateApiToken() {
  return useAct({
    inline: true,
    ask: (body: NewApiToken) => data(api.POST('/api/api-tokens', { body })),
    renew: [tokensKey],
  });
}

export function useRevokeApiToken() {
  return useAct({
    inline: true,
    ask: (id: string) => data(api.DELETE('/api/api-tokens/{id}', { params: { path: { id } } })),
    renew: [tokensKey],
    // Then it is gone already.
    renewRefused: true,
  });
}
