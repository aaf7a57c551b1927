// Who of the provider went into a customer's network: sessions, read as visits.
import { useList } from '@/shared/api/list';

export function useVisits(query: Record<string, string | number>, everyMs?: number) {
  return useList('sessions', '/api/sessions', query, { everyMs });
}
