// What a technician's day starts from: my access, and the machines behind it.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { Asset, Grant, List, Session } from '@/shared/api/types';

export function useMyGrants(technicianId: string) {
  return useQuery({
    queryKey: ['grants', 'technician', technicianId],
    refetchInterval: 30_000,
    queryFn: async ({ signal }) => {
      const data = await api.get<List<Grant> | Grant[]>(`/api/technician-access/technician/${technicianId}`, { limit: 200 }, signal);
      return Array.isArray(data) ? data : data.items;
    },
  });
}

export function useMyAssets() {
  return useQuery({
    queryKey: ['assets', 'mine'],
    queryFn: ({ signal }) => api.get<List<Asset>>('/api/assets', { limit: 200 }, signal),
  });
}

export function useAssetSearch(q: string) {
  return useQuery({
    queryKey: ['assets', 'search', q],
    enabled: q !== '',
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => api.get<List<Asset>>('/api/assets', { q, limit: 20 }, signal),
  });
}

export function useMyLiveSessions(technicianId: string) {
  return useQuery({
    queryKey: ['sessions', 'mine-live', technicianId],
    refetchInterval: 10_000,
    queryFn: ({ signal }) => api.get<List<Session>>('/api/sessions', { technicianId, status: 'live', limit: 20 }, signal),
  });
}
