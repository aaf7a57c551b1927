// What happened: events of all organizations for the provider, of one's own for a customer.
import { useList } from '@/shared/api/list';
import { hoursAgo } from '@/shared/lib/since';

export function useAuditEvents(query: Record<string, string | number>) {
  const { from, ...rest } = query;
  return useList('audit', '/api/audit/logs', { ...rest, from: typeof from === 'string' ? hoursAgo(from) : undefined });
}
