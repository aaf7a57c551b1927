'use client';
// Names to choose from in filters and dialogs of any feature.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Option } from '@/shared/ui/form';
import { api, data } from './client';

const LOOKUP = { staleTime: 60_000 };

/** The customers this person may see, by name. */
export function useCustomerOptions(enabled = true): Option<string>[] {
  const { data: list } = useQuery({
    ...LOOKUP,
    enabled,
    queryKey: ['organizations', 'options'],
    queryFn: ({ signal }) => data(api.GET('/api/organizations', { params: { query: { type: 'customer', limit: 200 } }, signal })),
  });
  return (list?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
}

/** The people this person may see, by a part of the name or the address. */
export function usePersonOptions(q: string): Option<string>[] {
  const { data: list } = useQuery({
    ...LOOKUP,
    placeholderData: keepPreviousData,
    queryKey: ['users', 'options', q],
    queryFn: ({ signal }) => data(api.GET('/api/users', { params: { query: { ...(q === '' ? {} : { q }), limit: 50 } }, signal })),
  });
  return (list?.items ?? []).map(({ id, displayName, email }) => ({ value: id, label: displayName, hint: email }));
}

/** The technicians who can be given access. */
export function useTechnicianOptions(enabled = true): Option<string>[] {
  const { data: list } = useQuery({
    ...LOOKUP,
    enabled,
    queryKey: ['users', 'technicians'],
    queryFn: ({ signal }) => data(api.GET('/api/users', { params: { query: { role: 'technician', limit: 200 } }, signal })),
  });
  return (list?.items ?? [])
    .filter((user) => user.status !== 'disabled')
    .map(({ id, displayName, email }) => ({ value: id, label: displayName, hint: email }));
}
