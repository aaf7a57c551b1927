// The ring of keys that access tokens are signed with.
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, data } from '@/shared/api/client';
import type { components } from '@/shared/api/schema';

export type TokenKey = components['schemas']['TokenKey'];
export type KeyState = components['schemas']['KeyState'];

const keysKey = ['token-keys'] as const;

export function useTokenKeys(limit: number) {
  return useQuery({
    queryKey: [...keysKey, limit],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => data(api.GET('/api/auth/keys', { params: { query: { limit } }, signal })),
  });
}

function useChanged() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: keysKey });
}

export function useRotateTokenKey() {
  const changed = useChanged();
  return useMutation({ meta: { inline: true }, mutationFn: () => data(api.POST('/api/auth/keys/rotate')), onSuccess: changed });
}

export function useRevokeTokenKey() {
  const changed = useChanged();
  return useMutation({
    meta: { inline: true },
    mutationFn: ({ id, reason }: { id: string; reason: string }) => data(api.POST('/api/auth/keys/{id}/revoke', { params: { path: { id } }, body: { reason } })),
    onSuccess: changed,
  });
}
