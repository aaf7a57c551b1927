// The accounts on a machine. Secrets go in and never come out.
import { useQuery } from '@tanstack/react-query';
import { useAct } from '@/shared/api/act';
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

/** A machine says how many accounts it has. */
const changed = [['credentials'], ['assets']];

export function useCreateCredential() {
  return useAct({
    inline: true,
    // Do not keep the secret in memory for longer than the request.
    secret: true,
    ask: (body: NewCredential) => data(api.POST('/api/credentials', { body })),
    renew: changed,
  });
}

export function useRotateCredential(id: string) {
  return useAct({
    inline: true,
    secret: true,
    ask: (body: Secret) => data(api.POST('/api/credentials/{id}/rotate', { params: { path: { id } }, body })),
    renew: changed,
  });
}

export function useDeleteCredential(id: string) {
  return useAct({
    inline: true,
    ask: () => data(api.DELETE('/api/credentials/{id}', { params: { path: { id } } })),
    renew: changed,
  });
}
