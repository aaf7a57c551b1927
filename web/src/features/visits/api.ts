// Who of the provider went into a customer's network: sessions, read as visits.
import { useList } from '@/shared/api/list';
import type { Session } from '@/shared/api/types';

export function useVisits(query: Record<string, string | number>, everyMs?: number) {
  return useList<Session>('sessions', '/api/sessions', query, { everyMs });
}
