// Machines: list, add, change, remove, and the host key that a person confirms.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import { useList } from '@/shared/api/list';
import type { Asset, HostKeyScan } from '@/shared/api/types';

export function useAssets(query: Record<string, string | number>) {
  return useList<Asset>('assets', '/api/assets', query);
}

export function useAsset(id: string) {
  return useQuery({
    queryKey: ['assets', id],
    queryFn: ({ signal }) => api.get<Asset>(`/api/assets/${id}`, undefined, signal),
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
    mutationFn: (body: AssetInput) => (asset === undefined ? api.post<Asset>('/api/assets', { ...body, protocol: 'ssh' }) : api.put<Asset>(`/api/assets/${asset.id}`, body, asset.version)),
    onSuccess: refresh,
  });
}

export function useDeleteAsset(id: string) {
  const refresh = useRefresh();
  return useMutation({
    meta: { inline: true },
    mutationFn: () => api.delete<unknown>(`/api/assets/${id}`),
    onSuccess: () => void refresh(),
  });
}

export function useScanHostKey(id: string) {
  return useMutation({
    meta: { inline: true },
    mutationFn: () => api.post<HostKeyScan>(`/api/assets/${id}/host-key/scan`),
  });
}

export function useConfirmHostKey(id: string) {
  const refresh = useRefresh();
  return useMutation({
    meta: { inline: true },
    mutationFn: (fingerprint: string) => api.post<unknown>(`/api/assets/${id}/host-key/confirm`, { fingerprint }),
    onSuccess: refresh,
  });
}

export function useForgetHostKey(id: string) {
  const refresh = useRefresh();
  return useMutation({
    meta: { inline: true },
    mutationFn: () => api.delete<unknown>(`/api/assets/${id}/host-key`),
    onSuccess: refresh,
  });
}
