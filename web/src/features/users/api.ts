// People: list, invite, change, disable, remove.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import { useList } from '@/shared/api/list';
import type { Role, User, UserInvitation, UserStatus } from '@/shared/api/types';

export function useUsers(query: Record<string, string | number>) {
  return useList<User>('users', '/api/users', query);
}

export function useUser(id: string | null) {
  return useQuery({
    queryKey: ['users', id],
    enabled: id !== null,
    queryFn: ({ signal }) => api.get<User>(`/api/users/${id ?? ''}`, undefined, signal),
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
    mutationFn: (body: NewUser) => api.post<UserInvitation>('/api/users', body),
    onSuccess: () => void refresh(),
  });
}

export function useUpdateUser({ id, version }: User, inline = false) {
  const refresh = useRefresh();
  return useMutation({
    meta: { inline },
    mutationFn: (body: { displayName?: string; role?: Role; status?: UserStatus }) => api.put<User>(`/api/users/${id}`, body, version),
    onSuccess: refresh,
  });
}

export function useDeleteUser({ id, version }: User) {
  const refresh = useRefresh();
  return useMutation({
    meta: { inline: true },
    mutationFn: () => api.delete<unknown>(`/api/users/${id}`, undefined, version),
    onSuccess: () => void refresh(),
  });
}

export function useCreateInvitation() {
  return useMutation({
    mutationFn: (id: string) => api.post<UserInvitation>(`/api/users/${id}/invitation`),
  });
}
