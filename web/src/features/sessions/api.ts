'use client';
// Sessions that go on, looked at again every three seconds, and all that were.
import { useQuery } from '@tanstack/react-query';
import { api, BACKGROUND, data } from '@/shared/api/client';
import { useList } from '@/shared/api/list';

const LIVE_EVERY_MS = 3_000;
const HISTORY_EVERY_MS = 15_000;

export function useLiveSessions() {
  return useList('sessions', '/api/sessions', { status: 'live', limit: 200 }, { everyMs: LIVE_EVERY_MS });
}

export function useSessions(query: Record<string, string | number>) {
  return useList('sessions', '/api/sessions', query, { everyMs: HISTORY_EVERY_MS });
}

export function useSessionById(id: string | null) {
  return useQuery({
    queryKey: ['sessions', 'shown', id],
    queryFn: ({ signal }) => data(api.GET('/api/sessions/{id}', { params: { path: { id: id ?? '' } }, headers: BACKGROUND, signal })),
    enabled: id !== null,
    refetchInterval: (query) => (query.state.data?.endedAt ? false : LIVE_EVERY_MS),
  });
}
