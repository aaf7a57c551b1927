// What happened: events of all organizations for the provider, of one's own for a customer; counted, per person, as evidence.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, apiFetch, data } from '@/shared/api/client';
import type { ComplianceStandard } from '@/shared/api/types';
import { useList } from '@/shared/api/list';
import { nameOf } from './download';
import { spanOf } from './spans';

export function useAuditEvents(query: Record<string, string | number>) {
  const { from, between, ...rest } = query;
  return useList('audit', '/api/audit/logs', { ...rest, ...spanOf({ from: text(from), between: text(between) }) });
}

function text(value: string | number | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export interface Span {
  organizationId?: string;
  from?: string;
  to?: string;
}

export function useAuditStats(span: Span) {
  return useQuery({
    queryKey: ['audit', 'stats', span],
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    queryFn: ({ signal }) => data(api.GET('/api/audit/stats', { params: { query: given(span) }, signal })),
  });
}

export function useUserActivity(userId: string, span: Span) {
  return useQuery({
    queryKey: ['audit', 'activity', userId, span],
    enabled: userId !== '',
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => data(api.GET('/api/audit/user/{userId}/activity', { params: { path: { userId }, query: given({ from: span.from, to: span.to }) }, signal })),
  });
}

export function useComplianceReport(query: Span & { standard?: ComplianceStandard }) {
  return useQuery({
    queryKey: ['audit', 'compliance', query],
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    queryFn: ({ signal }) => data(api.GET('/api/audit/compliance/report', { params: { query: given(query) }, signal })),
  });
}

/** The same report as PDF, with the name that the server gives it. */
export async function exportComplianceReport(query: Record<string, string | undefined>, signal: AbortSignal): Promise<{ file: Blob; name: string }> {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined && value !== '') params.set(key, value);
  const response = await apiFetch(new Request(`/api/audit/compliance/report/pdf?${params.toString()}`, { signal }));
  return { file: await response.blob(), name: nameOf(response, 'sallyport-compliance.pdf') };
}

function given<T extends object>(query: T): T {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined && value !== '')) as T;
}
