// API tokens: one's own, and those of the people whose tokens one may see.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
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
  const client = useQueryClient();
  return useMutation({
    meta: { inline: true },
    mutationFn: (body: NewApiToken) => data(api.POST('/api/api-tokens', { body })),
    onSuccess: () => void client.invalidateQueries({ queryKey: tokensKey }),
  });
}

export function useRevokeApiToken() {
  const client = useQueryClient();
  return useMutation({
    meta: { inline: true },
    mutationFn: (id: string) => data(api.DELETE('/api/api-tokens/{id}', { params: { path: { id } } })),
    // Also when it was refused: then it is gone already. Not waited for: the line that asked goes with the new list, and
    // what it has to say is said before.
    onSettled: () => { void client.invalidateQueries({ queryKey: tokensKey }); },
  });
}
