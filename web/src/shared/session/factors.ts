// One's own second factors: the account page lists them, and the step-up dialog asks for a code of one.
import { useQuery } from '@tanstack/react-query';
import { api, data } from '@/shared/api/client';

export const factorsKey = ['factors'] as const;

export function useFactors() {
  return useQuery({ queryKey: factorsKey, queryFn: ({ signal }) => data(api.GET('/api/auth/factors', { signal })) });
}
