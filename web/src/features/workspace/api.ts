// What a technician's day starts from: my access, and the machines behind it.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, data } from '@/shared/api/client';

export function useMyGrants(technicianId: string) {
  return useQuery({
    queryKey: ['grants', 'technician', technicianId],
    refetchInterval: 30_000,
    queryFn: async ({ signal }) => {
      const params = { path: { technicianId }, query: { limit: 200 } };
      return (await data(api.GET('/api/technician-access/technician/{technicianId}', { params, signal }))).items;
    },
  });
}

export function useMyAssets() {
  return useQuery({
    queryKey: ['assets', 'mine'],
    queryFn: ({ signal }) => data(api.GET('/api/assets', { params: { query: { limit: 200 } }, signal })),
  });
}

export function useAssetSearch(q: string) {
  return useQuery({
    queryKey: ['assets', 'search', q],
    enabled: q !== '',
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => data(api.GET('/api/assets', { params: { query: { q, limit: 20 } }, signal })),
  });
}

export function useMyLiveSessions(technicianId: string) {
  return useQuery({
    queryKey: ['sessions', 'mine-live', technicianId],
    refetchInterval: 10_000,
    queryFn: ({ signal }) => data(api.GET('/api/sessions', { params: { query: { technicianId, status: 'live', limit: 20 } }, signal })),
  });
}
