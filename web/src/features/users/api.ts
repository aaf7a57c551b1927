// People: list, invite, change, disable, remove.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
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

function useRefresh() {
  const client = useQueryClient();
  return () => Promise.all([client.invalidateQueries({ queryKey: ['users'] }), client.invalidateQueries({ queryKey: ['organizations'] })]);
}

export interface NewUser {
  organizationId: string;
  email: string;
  displayName: string;
  role: Role;
}

export function useCreateUser() {
  const refresh = useRefresh();
  return useMutation({
    meta: { inline: true },
    mutationFn: (body: NewUser) => data(api.POST('/api/users', { body })),
    onSuccess: () => void refresh(),
  });
}

export function useUpdateUser({ id, version }: User, inline = false) {
  const refresh = useRefresh();
  return useMutation({
    meta: { inline },
    mutationFn: (body: { displayName?: string; role?: Role; status?: UserStatus }) => 
      data(api.PUT('/api/users/{userId}', { params: { path: { userId: id } }, headers: ifMatch(version), body })),
    onSuccess: refresh,
  });
}

export function useDeleteUser({ id, version }: User) {
  const refresh = useRefresh();
  return useMutation({
    meta: { inline: true },
    mutationFn: () => data(api.DELETE('/api/users/{userId}', { params: { path: { userId: id } }, headers: ifMatch(version) })),
    onSuccess: () => void refresh(),
  });
}

export function useResetFactors(id: string) {
  const refresh = useRefresh();
  return useMutation({
    meta: { inline: true },
    mutationFn: (reason: string) => data(api.DELETE('/api/users/{userId}/factors', { params: { path: { userId: id }, query: { reason } } })),
    onSuccess: () => void refresh(),
  });
}

export function useCreateInvitation() {
  return useMutation({
    mutationFn: (userId: string) => data(api.POST('/api/users/{userId}/invitation', { params: { path: { userId } } })),
  });
}
