// Machines: list, add, change, remove, and the host key that a person confirms.
import { useQuery, type QueryClient } from '@tanstack/react-query';
import { useAct } from '@/shared/api/act';
import { api, data, ifMatch } from '@/shared/api/client';
import { useList } from '@/shared/api/list';
import type { Asset } from '@/shared/api/types';

export function useAssets(query: Record<string, string | number>) {
  return useList('assets', '/api/assets', query);
}

export function useAsset(id: string) {
  return useQuery({
    queryKey: ['assets', id],
    queryFn: ({ signal }) => data(api.GET('/api/assets/{id}', { params: { path: { id } }, signal })),
  });
}

export interface AssetInput {
  organizationId?: string;
  name: string;
  address: string;
  port: number;
  protocol?: 'ssh';
  tags: string[];
  description: string;
}

const changed = [['assets'], ['organizations']];

function adopt(asset: Asset, client: QueryClient): void {
  client.setQueryData(['assets', asset.id], asset);
}

export function useSaveAsset(asset: Asset | undefined) {
  return useAct({
    inline: true,
    ask: (body: AssetInput) =>
      asset === undefined
        ? data(api.POST('/api/assets', { body: { ...body, organizationId: body.organizationId ?? '', protocol: 'ssh' } }))
        : data(api.PUT('/api/assets/{id}', { params: { path: { id: asset.id } }, headers: ifMatch(asset.version), body })),
    adopt,
    renew: changed,
  });
}

export function useDeleteAsset(id: string) {
  return useAct({
    inline: true,
    ask: () => data(api.DELETE('/api/assets/{id}', { params: { path: { id } } })),
    renew: changed,
  });
}

export function useScanHostKey(id: string) {
  return useAct({
    inline: true,
    ask: () => data(api.POST('/api/assets/{id}/host-key/scan', { params: { path: { id } } })),
  });
}

export function useConfirmHostKey(id: string) {
  return useAct({
    inline: true,
    ask: (fingerprint: string) => data(api.POST('/api/assets/{id}/host-key/confirm', { params: { path: { id } }, body: { fingerprint } })),
    adopt,
    renew: changed,
  });
}

export function useForgetHostKey(id: string) {
  return useAct({
    inline: true,
    ask: () => data(api.DELETE('/api/assets/{id}/host-key', { params: { path: { id } } })),
    adopt,
    renew: changed,
  });
}
