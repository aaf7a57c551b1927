// People: list, invite, change, disable, remove.
import { useQuery, type QueryClient } from '@tanstack/react-query';
import { useAct } from '@/shared/api/act';
import { api, data, ifMatch } from '@/shared/api/client';
import { useList } from '@/shared/api/list';
import type { Role, User, UserStatus } from '@/shared/api/types';

export function useUsers(query: Record<string, string | number>) {
  return useList('users', '/api/users', query);
}

export function useUser(id: string | null) {
  return useQuery({
    queryKey: ['users', id],
    enabled: id !== null,
    queryFn: ({ signal }) => data(api.GET('/api/users/{userId}', { params: { path: { userId: id ?? '' } }, signal })),
  });
}

const changed = [['users'], ['organizations']];

function adopt(user: User, client: QueryClient): void {
  client.setQueryData(['users', user.id], user);
}

export interface NewUser {
  organizationId: string;
  email: string;
  displayName: string;
  role: Role;
}

export function useCreateUser() {
  return useAct({
    inline: true,
    ask: (body: NewUser) => data(api.POST('/api/users', { body })),
    renew: changed,
  });
}

export function useUpdateUser({ id, version }: User, inline = false) {
  return useAct({
    inline,
    ask: (body: { displayName?: string; role?: Role; status?: UserStatus }) =>
      data(api.PUT('/api/users/{userId}', { params: { path: { userId: id } }, headers: ifMatch(version), body })),
    adopt,
    renew: changed,
  });
}

export function useDeleteUser({ id, version }: User) {
  return useAct({
    inline: true,
    ask: () => data(api.DELETE('/api/users/{userId}', { params: { path: { userId: id } }, headers: ifMatch(version) })),
    renew: changed,
  });
}

export function useRestoreUser({ id, version }: User) {
  return useAct({
    inline: true,
    ask: () => data(api.POST('/api/users/{userId}/restore', { params: { path: { userId: id } }, headers: ifMatch(version) })),
    renew: changed,
  });
}

export function useResetFactors(id: string) {
  return useAct({
    inline: true,
    ask: (reason: string) => data(api.DELETE('/api/users/{userId}/factors', { params: { path: { userId: id }, query: { reason } } })),
    renew: changed,
  });
}

export function useCreateInvitation() {
  return useAct({
    ask: (userId: string) => data(api.POST('/api/users/{userId}/invitation', { params: { path: { userId } } })),
  });
}
