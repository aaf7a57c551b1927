// What taking in a customer reads and writes: the endpoints of organizations, people, machines and access.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, data } from '@/shared/api/client';
import { useList } from '@/shared/api/list';
import type { AssignAccess } from '@/shared/api/types';
import type { MachineLine } from './machineLines';

export function useCustomer(id: string | undefined) {
  return useQuery({
    queryKey: ['organizations', id],
    enabled: id !== undefined,
    queryFn: ({ signal }) => data(api.GET('/api/organizations/{id}', { params: { path: { id: id ?? '' } }, signal })),
  });
}

const some = (organizationId: string, more: Record<string, string> = {}) => ({ organizationId, limit: 100, ...more });

export function useAdmins(organizationId: string) {
  return useList('users', '/api/users', some(organizationId, { role: 'admin' }));
}

export function useMachines(organizationId: string) {
  return useList('assets', '/api/assets', some(organizationId, { sort: 'name' }));
}

export function useHeld(organizationId: string) {
  return useList('grants', '/api/technician-access', some(organizationId));
}

function useRefresh(...keys: string[]) {
  const client = useQueryClient();
  return () => Promise.all([...keys, 'organizations'].map((key) => client.invalidateQueries({ queryKey: [key] })));
}

export function useAddCustomer() {
  const refresh = useRefresh();
  return useMutation({ meta: { inline: true }, mutationFn: (name: string) => data(api.POST('/api/organizations', { body: { name } })), onSuccess: () => void refresh() });
}

export function useInviteAdmin(organizationId: string) {
  const refresh = useRefresh('users');
  return useMutation({
    meta: { inline: true },
    mutationFn: (person: { email: string; displayName: string }) => data(api.POST('/api/users', { body: { ...person, organizationId, role: 'admin' } })),
    onSuccess: refresh,
  });
}

/** One after the other, so that each that fails is told by its own words and the others are there. */
export function useAddMachines(organizationId: string) {
  const refresh = useRefresh('assets');
  return useMutation({
    meta: { inline: true },
    mutationFn: async (machines: readonly MachineLine[]) => {
      const failed: { machine: MachineLine; error: unknown }[] = [];
      for (const machine of machines) {
        try {
          await data(api.POST('/api/assets', { body: { organizationId, ...machine, protocol: 'ssh', tags: [], description: '' } }));
        } catch (error) {
          failed.push({ machine, error });
        }
      }
      return { added: machines.length - failed.length, failed };
    },
    onSettled: refresh,
  });
}

export function useGiveAccess() {
  const refresh = useRefresh('grants', 'sessions');
  return useMutation({
    meta: { inline: true },
    mutationFn: (body: AssignAccess) => data(api.POST('/api/access-management/assign', { body })),
    onSuccess: refresh,
  });
}
