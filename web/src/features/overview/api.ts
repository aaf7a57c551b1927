// The provider's numbers, each the total of a list that can be opened.
import { useQuery } from '@tanstack/react-query';
import { readList, useList, type ListPath } from '@/shared/api/list';
import { hoursAgo } from '@/shared/lib/since';

export function useTotal(key: string, path: ListPath, query: Record<string, string>, enabled = true) {
  return useQuery({
    queryKey: [key, 'total', path, query],
    enabled,
    refetchInterval: 30_000,
    queryFn: async ({ signal }) => (await readList(path, { ...query, limit: 1 }, signal)).total,
  });
}

export function useLiveSessions() {
  return useList('sessions', '/api/sessions', { status: 'live', limit: 8 }, { everyMs: 10_000 });
}

export function useEndingGrants() {
  return useList('grants', '/api/technician-access', { status: 'active', sort: 'expiresAt', order: 'asc', limit: 50 }, { everyMs: 60_000 });
}

export function useNotableEvents(enabled: boolean) {
  return useQuery({
    queryKey: ['audit', 'notable'],
    enabled,
    refetchInterval: 30_000,
    queryFn: async ({ signal }) => {
      const from = hoursAgo('168');
      const read = (riskLevel: string) => readList('/api/audit/logs', { riskLevel, from, limit: 8 }, signal);
      const [critical, high] = await Promise.all([read('critical'), read('high')]);
      return [...critical.items, ...high.items].sort((a, b) => b.occurredAt.localeCompare(a.occurredAt)).slice(0, 8);
    },
  });
}
