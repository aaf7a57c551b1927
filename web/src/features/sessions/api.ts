'use client';
// Sessions that go on, looked at again every three seconds, and all that were.
import { useQuery } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import { useList } from '@/shared/api/list';
import type { Session } from '@/shared/api/types';

const LIVE_EVERY_MS = 3_000;
const HISTORY_EVERY_MS = 15_000;

export function useLiveSessions() {
  return useList<Session>('sessions', '/api/sessions', { status: 'live', limit: 200 }, { everyMs: LIVE_EVERY_MS });
}

export function useSessions(query: Record<string, string | number>) {
  return useList<Session>('sessions', '/api/sessions', query, { everyMs: HISTORY_EVERY_MS });
}

export function useSessionById(id: string | null) {
  return useQuery({
    queryKey: ['sessions', 'shown', id],
    queryFn: ({ signal }) => api.get<Session>(`/api/sessions/${id ?? ''}`, undefined, signal, true),
    enabled: id !== null,
    refetchInterval: (query) => (query.state.data?.endedAt ? false : LIVE_EVERY_MS),
  });
}
