// Signing in by password and second factor, one-time links, passwords, and the places where one is signed in.
import { useQuery, type QueryClient } from '@tanstack/react-query';
import { useAct } from '@/shared/api/act';
import { api, data } from '@/shared/api/client';
import type { Profile } from '@/shared/api/types';
import { ApiError } from '@/shared/api/error';
import { factorsKey } from '@/shared/session/factors';
import { makePasskey, showPasskey } from '@/shared/session/passkeys';
import { profileKey, useSession } from '@/shared/session/SessionProvider';
import type { components } from '@/shared/api/schema';

export type LoginAnswer = components['schemas']['LoginAnswer'];
export type Challenge = components['schemas']['LoginChallenge'];

/** Whether something is owed yet besides the password. */
export function isChallenge(answer: LoginAnswer): answer is Challenge {
  return 'challenge' in answer;
}

export type Ways = components['schemas']['SsoWays'];

/** The ways in of an address. The server looks at its domain alone: who has an account is nobody's business here. */
export function useDiscover() {
  return useAct({
    inline: true,
    ask: (email: string) => data(api.POST('/api/sso/discover', { body: { email } })),
  });
}

/** Begins a sign-in at an identity provider: the browser goes to the address that comes back. */
export function useStartSso() {
  return useAct({
    inline: true,
    ask: (body: { connectionId: string; email: string; challenge?: string; returnTo: string }) => data(api.POST('/api/sso/start', { body })),
  });
}

/** The identity providers that a refusal of a password names: those that its owner is linked to. */
export function waysOf({ details }: ApiError): Ways['connections'] {
  return Array.isArray(details.connections) ? (details.connections as Ways['connections']) : [];
}

/** Nothing of whoever sat here before stays. */
function adopt(client: QueryClient, profile: Profile) {
  client.clear();
  client.setQueryData(profileKey, profile);
}

export function useLogin() {
  return useAct({
    inline: true,
    ask: (body: { email: string; password: string }) => data(api.POST('/api/auth/login', { body: { ...body, delivery: 'cookie' } })),
    adopt: (answer, client) => {
      if (!isChallenge(answer)) adopt(client, answer.profile);
    },
  });
}

export function useVerifyFactor() {
  return useAct({
    inline: true,
    ask: (body: { challenge: string; method: 'totp' | 'backup_code'; code: string }) =>
      data(api.POST('/api/auth/factors/verify', { body: { ...body, delivery: 'cookie' } })),
    adopt: (signedIn, client) => adopt(client, signedIn.profile),
  });
}

/** By a passkey: alone, or for the challenge of a password. */
export function useSignInByPasskey() {
  return useAct({
    inline: true,
    ask: async ({ challenge, allowed, fillIn }: { challenge?: string; allowed?: string[]; fillIn?: AbortSignal }) => {
      const passkey = await showPasskey({ allowed, fillIn });
      return data(api.POST('/api/auth/passkeys/sign-in', { body: { challenge, passkey, delivery: 'cookie' } }));
    },
    adopt: (signedIn, client) => adopt(client, signedIn.profile),
  });
}

/** Begins to add an app. Asked again it would be another secret, so it is asked once. */
export function useEnrolment(challenge: string) {
  return useQuery({
    queryKey: ['enrolment', challenge],
    retry: false,
    staleTime: Infinity,
    gcTime: 0,
    queryFn: () => data(api.POST('/api/auth/enrolment', { body: { challenge } })),
  });
}

export function useConfirmEnrolment() {
  return useAct({
    inline: true,
    ask: (body: { challenge: string; factorId: string; code: string }) =>
      data(api.POST('/api/auth/enrolment/confirm', { body: { ...body, delivery: 'cookie' } })),
    adopt: (enrolled, client) => {
      // The enrolment itself is on the screen yet: forgotten here, it would be begun anew.
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'enrolment' });
      client.setQueryData(profileKey, enrolled.profile);
    },
  });
}

export function useEnrolPasskey() {
  return useAct({
    inline: true,
    ask: async ({ challenge, person }: { challenge: string; person: { id: string; email: string } }) => {
      const passkey = await makePasskey({ ...person, name: person.email });
      return data(api.POST('/api/auth/enrolment/passkey', { body: { challenge, passkey, delivery: 'cookie' } }));
    },
    adopt: (enrolled, client) => {
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'enrolment' });
      client.setQueryData(profileKey, enrolled.profile);
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
  return useAct({
    inline: true,
    ask: (body: { token: string; password: string }) => data(api.POST('/api/auth/invitations/accept', { body })),
  });
}

export function useRequestReset() {
  return useAct({
    inline: true,
    ask: (body: { email: string }) => data(api.POST('/api/auth/reset', { body })),
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
  return useAct({
    inline: true,
    ask: (body: { token: string; password: string }) => data(api.POST('/api/auth/reset/accept', { body })),
  });
}

export function useChangePassword() {
  return useAct({
    inline: true,
    ask: (body: { currentPassword: string; newPassword: string }) => data(api.POST('/api/auth/password', { body })),
    // This sign-in goes on under a new id, and the others are gone.
    renew: [profileKey, ['sign-ins']],
  });
}

/** The kinds of characters that one's own organization asks for; none until they are known. */
export function useAskedKinds() {
  const { id } = useSession().profile.organization;
  const query = useQuery({
    queryKey: ['organizations', id],
    queryFn: ({ signal }) => data(api.GET('/api/organizations/{id}', { params: { path: { id } }, signal })),
  });
  return query.data?.passwordClasses ?? [];
}

const addressKey = ['address'] as const;

export function useAddressChange(enabled: boolean) {
  return useQuery({ queryKey: addressKey, enabled, queryFn: ({ signal }) => data(api.GET('/api/auth/address', { signal })) });
}

export function useRequestAddressChange() {
  return useAct({
    inline: true,
    ask: (email: string) => data(api.POST('/api/auth/address', { body: { email } })),
    adopt: (change, client) => client.setQueryData(addressKey, change),
  });
}

export function useCancelAddressChange() {
  return useAct({
    ask: () => data(api.DELETE('/api/auth/address')),
    renew: [addressKey],
    renewRefused: true,
  });
}

export function useConfirmAddressChange() {
  return useAct({
    inline: true,
    ask: (token: string) => data(api.POST('/api/auth/address/confirm', { body: { token } })),
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
  return useAct({
    inline: true,
    ask: (body: Setup) => data(api.POST('/api/auth/setup', { body })),
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
  return useAct({
    ask: (id: string) => data(api.DELETE('/api/auth/sessions/{id}', { params: { path: { id } } })),
    renew: [['sign-ins']],
    renewRefused: true,
  });
}

/** When factors change, the other places where one was signed in have ended. */
const factorsChanged = [factorsKey, ['sign-ins']];

export function useCreateFactor() {
  return useAct({
    inline: true,
    ask: (name: string) => data(api.POST('/api/auth/factors/totp', { body: { name } })),
  });
}

export function useConfirmFactor() {
  return useAct({
    inline: true,
    ask: ({ id, code }: { id: string; code: string }) =>
      data(api.POST('/api/auth/factors/{id}/confirm', { params: { path: { id } }, body: { code } })),
    renew: factorsChanged,
  });
}

export function useCreatePasskey() {
  return useAct({
    inline: true,
    ask: async ({ name, person, known }: { name: string; person: { id: string; email: string; name: string }; known: string[] }) => {
      const passkey = await makePasskey(person, known);
      return data(api.POST('/api/auth/factors/passkeys', { body: { name, passkey } }));
    },
    renew: factorsChanged,
  });
}

export function useDeleteFactor() {
  return useAct({
    inline: true,
    ask: (id: string) => data(api.DELETE('/api/auth/factors/{id}', { params: { path: { id } } })),
    renew: factorsChanged,
  });
}

export function useCreateBackupCodes() {
  return useAct({
    inline: true,
    ask: () => data(api.POST('/api/auth/backup-codes')),
    renew: factorsChanged,
  });
}
