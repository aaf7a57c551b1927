// The ring of keys that access tokens are signed with.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useAct } from '@/shared/api/act';
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

export function useRotateTokenKey() {
  return useAct({ inline: true, ask: () => data(api.POST('/api/auth/keys/rotate')), renew: [keysKey] });
}

export function useRevokeTokenKey() {
  return useAct({
    inline: true,
    ask: ({ id, reason }: { id: string; reason: string }) => data(api.POST('/api/auth/keys/{id}/revoke', { params: { path: { id } }, body: { reason } })),
    renew: [keysKey],
  });
}
