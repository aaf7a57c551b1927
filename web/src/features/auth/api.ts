// Signing in, one-time links, passwords, and the places where one is signed in.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, data } from '@/shared/api/client';
import { ApiError } from '@/shared/api/error';
import { profileKey } from '@/shared/session/SessionProvider';

export function useLogin() {
  const client = useQueryClient();
  return useMutation({
    meta: { inline: true },
    mutationFn: (body: { email: string; password: string }) => data(api.POST('/api/auth/login', { body: { ...body, delivery: 'cookie' } })),
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
    queryFn: () => data(api.POST('/api/auth/invitations/inspect', { body: { token: token ?? '' } })),
  });
}

export function useAcceptInvitation() {
  return useMutation({
    meta: { inline: true },
    mutationFn: (body: { token: string; password: string }) => data(api.POST('/api/auth/invitations/accept', { body })),
  });
}

export function useRequestReset() {
  return useMutation({
    meta: { inline: true },
    mutationFn: (body: { email: string }) => data(api.POST('/api/auth/reset', { body })),
  });
}

export function useReset(token: string | undefined) {
  return useQuery({
    queryKey: ['reset', token],
    enabled: token !== undefined && token !== '',
    retry: false,
    staleTime: Infinity,
    // Not a read in the sense of the web: the token must stay out of addresses.
    queryFn: () => data(api.POST('/api/auth/reset/inspect', { body: { token: token ?? '' } })),
  });
}

export function useAcceptReset() {
  return useMutation({
    meta: { inline: true },
    mutationFn: (body: { token: string; password: string }) => data(api.POST('/api/auth/reset/accept', { body })),
  });
}

export function useChangePassword() {
  const client = useQueryClient();
  return useMutation({
    meta: { inline: true },
    mutationFn: (body: { currentPassword: string; newPassword: string }) => data(api.POST('/api/auth/password', { body })),
    // This sign-in goes on under a new id, and the others are gone.
    onSuccess: () => Promise.all([client.invalidateQueries({ queryKey: profileKey }), client.invalidateQueries({ queryKey: ['sign-ins'] })]),
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
    mutationFn: (body: Setup) => data(api.POST('/api/auth/setup', { body })),
  });
}

/** The link is unknown, used or run out; the server does not say which. */
export function isUsed(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

/** Whether the link of a first run still works. A wish that is empty but for the link is refused for the link, or else for what is missing. */
export function useSetupLink(token: string | undefined): 'asking' | 'good' | 'used' {
  const { error } = useQuery({
    queryKey: ['setup', token],
    enabled: token !== undefined && token !== '',
    retry: false,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    queryFn: () => data(api.POST('/api/auth/setup', { body: { token: token ?? '', organizationName: '', displayName: '', email: '', password: '' } })),
  });
  return error === null ? 'asking' : isUsed(error) ? 'used' : 'good';
}

export function useSignIns() {
  return useQuery({
    queryKey: ['sign-ins'],
    queryFn: async ({ signal }) => (await data(api.GET('/api/auth/sessions', { signal }))).items,
  });
}

export function useEndSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => data(api.DELETE('/api/auth/sessions/{id}', { params: { path: { id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['sign-ins'] }),
  });
}
