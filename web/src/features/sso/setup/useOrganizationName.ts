// Whose connection it is: known for one's own organization, asked for otherwise.
import { useQuery } from '@tanstack/react-query';
import { api, data } from '@/shared/api/client';
import { useSession } from '@/shared/session/SessionProvider';

export function useOrganizationName(id: string): string | undefined {
  const { profile } = useSession();
  const own = profile.organization.id === id;
  const { data: other } = useQuery({
    queryKey: ['organizations', id],
    enabled: !own,
    queryFn: ({ signal }) => data(api.GET('/api/organizations/{id}', { params: { path: { id } }, signal })),
  });
  return own ? profile.organization.name : other?.name;
}
