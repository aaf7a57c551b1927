// What taking in a customer reads and writes: the endpoints of organizations, people, machines and access.
import { useQuery } from '@tanstack/react-query';
import { useAct } from '@/shared/api/act';
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

export function useAddCustomer() {
  return useAct({ inline: true, ask: (name: string) => data(api.POST('/api/organizations', { body: { name } })), renew: [['organizations']] });
}

export function useInviteAdmin(organizationId: string) {
  return useAct({
    inline: true,
    ask: (person: { email: string; displayName: string }) => data(api.POST('/api/users', { body: { ...person, organizationId, role: 'admin' } })),
    renew: [['users'], ['organizations']],
  });
}

/** One after the other, so that each that fails is told by its own words and the others are there. */
export function useAddMachines(organizationId: string) {
  return useAct({
    inline: true,
    ask: async (machines: readonly MachineLine[]) => {
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
    renew: [['assets'], ['organizations']],
  });
}

/** Looks first, and gives by the plan of what was looked at: where something else is there by then, nobody is given anything. */
export function useGiveAccess() {
  const assign = (body: AssignAccess) => data(api.POST('/api/access-management/assign', { body }));
  return {
    look: useAct({ inline: true, ask: (body: AssignAccess) => assign({ ...body, preview: true }) }),
    give: useAct({
      inline: true,
      ask: (body: AssignAccess) => assign(body),
      renew: [['grants'], ['sessions'], ['organizations']],
      renewRefused: true,
    }),
  };
}
