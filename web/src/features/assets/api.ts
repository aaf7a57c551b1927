// Machines: list, add, change, remove, and the host key that a person confirms.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
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

function useRefresh() {
  const client = useQueryClient();
  return () => Promise.all([client.invalidateQueries({ queryKey: ['assets'] }), client.invalidateQueries({ queryKey: ['organizations'] })]);
}

export function useSaveAsset(asset: Asset | undefined) {
  const refresh = useRefresh();
  return useMutation({
    meta: { inline: true },
    mutationFn: (body: AssetInput) => 
      asset === undefined
        ? data(api.POST('/api/assets', { body: { ...body, organizationId: body.organizationId ?? '', protocol: 'ssh' } }))
        : data(api.PUT('/api/assets/{id}', { params: { path: { id: asset.id } }, headers: ifMatch(asset.version), body })),
    onSuccess: refresh,
  });
}

export function useDeleteAsset(id: string) {
  const refresh = useRefresh();
  return useMutation({
    meta: { inline: true },
    mutationFn: () => data(api.DELETE('/api/assets/{id}', { params: { path: { id } } })),
    onSuccess: () => void refresh(),
  });
}

export function useScanHostKey(id: string) {
  return useMutation({
    meta: { inline: true },
    mutationFn: () => data(api.POST('/api/assets/{id}/host-key/scan', { params: { path: { id } } })),
  });
}

export function useConfirmHostKey(id: string) {
  const refresh = useRefresh();
  return useMutation({
    meta: { inline: true },
    mutationFn: (fingerprint: string) => data(api.POST('/api/assets/{id}/host-key/confirm', { params: { path: { id } }, body: { fingerprint } })),
    onSuccess: refresh,
  });
}

export function useForgetHostKey(id: string) {
  const refresh = useRefresh();
  return useMutation({
    meta: { inline: true },
    mutationFn: () => data(api.DELETE('/api/assets/{id}/host-key', { params: { path: { id } } })),
    onSuccess: refresh,
  });
}
