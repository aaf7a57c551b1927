// The accounts on a machine. Secrets go in and never come out.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, data } from '@/shared/api/client';
import type { AccessLevel, CredentialKind } from '@/shared/api/types';

export function useCredentials(assetId: string, enabled: boolean) {
  return useQuery({
    enabled,
    queryKey: ['credentials', assetId],
    queryFn: ({ signal }) => data(api.GET('/api/credentials', { params: { query: { assetId, limit: 100 } }, signal })),
  });
}

export interface Secret {
  password?: string;
  privateKey?: string;
  passphrase?: string;
  certificate?: string;
}

export interface NewCredential extends Secret {
  organizationId: string;
  assetId: string;
  username: string;
  kind: CredentialKind;
  accessLevel: AccessLevel;
}

function useRefresh() {
  const client = useQueryClient();
  return () => Promise.all([client.invalidateQueries({ queryKey: ['credentials'] }), client.invalidateQueries({ queryKey: ['assets'] })]);
}

export function useCreateCredential() {
  const refresh = useRefresh();
  return useMutation({
    meta: { inline: true },
    // Do not keep the secret in memory for longer than the request.
    gcTime: 0,
    mutationFn: (body: NewCredential) => data(api.POST('/api/credentials', { body })),
    onSuccess: refresh,
  });
}

export function useRotateCredential(id: string) {
  const refresh = useRefresh();
  return useMutation({
    meta: { inline: true },
    gcTime: 0,
    mutationFn: (body: Secret) => data(api.POST('/api/credentials/{id}/rotate', { params: { path: { id } }, body })),
    onSuccess: refresh,
  });
}

export function useDeleteCredential(id: string) {
  const refresh = useRefresh();
  return useMutation({
    meta: { inline: true },
    mutationFn: () => data(api.DELETE('/api/credentials/{id}', { params: { path: { id } } })),
    onSuccess: refresh,
  });
}
