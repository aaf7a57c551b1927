// One's own identities at identity providers: the account page lists them, and the step-up dialog confirms by one.
import { useQuery } from '@tanstack/react-query';
import { api, data } from '@/shared/api/client';

export const identitiesKey = ['identities'] as const;

export function useIdentities() {
  return useQuery({ queryKey: identitiesKey, queryFn: ({ signal }) => data(api.GET('/api/sso/identities', { signal })) });
}
