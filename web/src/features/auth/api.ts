// Signing in, accepting an invitation, and the places where one is signed in.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { InvitationPreview, LoginResult, SignIn } from '@/shared/api/types';
import { profileKey } from '@/shared/session/SessionProvider';

export function useLogin() {
  const client = useQueryClient();
  return useMutation({
    meta: { inline: true },
    mutationFn: (body: { email: string; password: string }) => api.post<LoginResult>('/api/auth/login', { ...body, delivery: 'cookie' }),
    onSuccess: (result) => {
      client.clear();
      client.setQueryData(profileKey, result.profile);
    },
  });
}

export function useInvitation(token: string | undefined) {
  return useQuery({
    queryKey: ['invitation', token],
    enabled: token !== undefined && token !== '',
    retry: false,
    staleTime: Infinity,
    // Not a read in the sense of the web: the token must stay out of addresses.
    queryFn: () => api.post<InvitationPreview>('/api/auth/invitations/inspect', { token }),
  });
}

export function useAcceptInvitation() {
  return useMutation({
    meta: { inline: true },
    mutationFn: (body: { token: string; password: string }) => api.post<unknown>('/api/auth/invitations/accept', body),
  });
}

export interface Setup {
  token: string;
  organizationName: string;
  email: string;
  displayName: string;
  password: string;
}

export function useSetUp() {
  return useMutation({
    meta: { inline: true },
    mutationFn: (body: Setup) => api.post<unknown>('/api/auth/setup', body),
  });
}

export function useSignIns() {
  return useQuery({
    queryKey: ['sign-ins'],
    queryFn: async ({ signal }) => {
      const data = await api.get<SignIn[] | { items: SignIn[] }>('/api/auth/sessions', undefined, signal);
      return Array.isArray(data) ? data : data.items;
    },
  });
}

export function useEndSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.delete<unknown>(`/api/auth/sessions/${id}`),
    onSettled: () => client.invalidateQueries({ queryKey: ['sign-ins'] }),
  });
}
