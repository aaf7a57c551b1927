'use client';
// Names to choose from in filters and dialogs of any feature.
import { useQuery } from '@tanstack/react-query';
import type { Option } from '@/shared/ui/form';
import { api } from './client';
import type { List, Organization, User } from './types';

const LOOKUP = { staleTime: 60_000 };

/** The customers this person may see, by name. */
export function useCustomerOptions(enabled = true): Option<string>[] {
  const { data } = useQuery({
    ...LOOKUP,
    enabled,
    queryKey: ['organizations', 'options'],
    queryFn: ({ signal }) => api.get<List<Organization>>('/api/organizations', { type: 'customer', limit: 200 }, signal),
  });
  return (data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
}

/** The technicians who can be given access. */
export function useTechnicianOptions(enabled = true): Option<string>[] {
  const { data } = useQuery({
    ...LOOKUP,
    enabled,
    queryKey: ['users', 'technicians'],
    queryFn: ({ signal }) => api.get<List<User>>('/api/users', { role: 'technician', limit: 200 }, signal),
  });
  return (data?.items ?? [])
    .filter((user) => user.status !== 'disabled')
    .map(({ id, displayName, email }) => ({ value: id, label: displayName, hint: email }));
}
