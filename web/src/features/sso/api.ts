// Single sign-on of an organization: connections to identity providers, mail domains, the rules, and one's own identities.
import { useQuery, type QueryClient } from '@tanstack/react-query';
import { useAct } from '@/shared/api/act';
import { api, BACKGROUND, data, ifMatch } from '@/shared/api/client';
import { identitiesKey } from '@/shared/session/identities';
import type { components } from '@/shared/api/schema';

type Schemas = components['schemas'];

export type SsoProduct = Schemas['SsoProfile'];
export type SsoProtocol = Schemas['SsoProtocol'];
export type SsoCheck = Schemas['SsoCheck'];
export type SsoTestPerson = Schemas['SsoTestPerson'];
export type SsoCertificate = Schemas['SsoCertificate'];
export type SsoOwnCertificate = Schemas['SsoOwnCertificate'];
export type SsoTestStarted = Schemas['SsoTestStarted'];
export type SsoDomain = Schemas['SsoDomainShown'];
export type SsoSettings = Schemas['SsoSettings'];
export type SsoFallback = Schemas['SsoFallback'];
export type SsoAlgorithm = Schemas['Algorithm'];
export type GroupRole = Schemas['GroupRole'];
export type SsoConnection = Schemas['SsoConnection'];
export type NewSsoConnection = Schemas['CreateSsoConnection'];
export type SsoConnectionChange = Schemas['UpdateSsoConnection'];

const connectionsKey = ['sso', 'connections'] as const;
const settingsKey = ['sso', 'settings'] as const;
const domainsKey = ['sso', 'domains'] as const;

export function useConnections(organizationId: string) {
  return useQuery({
    queryKey: [...connectionsKey, 'of', organizationId],
    queryFn: async ({ signal }) => {
      const page = await data(api.GET('/api/sso/connections', { params: { query: { organizationId } }, signal }));
      return page.items;
    },
  });
}

async function readConnection(id: string, signal: AbortSignal, background: boolean): Promise<SsoConnection> {
  const connection = await data(api.GET('/api/sso/connections/{id}', { params: { path: { id } }, headers: background ? BACKGROUND : {}, signal }));
  return connection;
}

/** `everyMs`: read again by itself, while something is awaited that happens in another window. */
export function useConnection(id: string | undefined, everyMs: number | false = false) {
  return useQuery({
    queryKey: [...connectionsKey, id],
    enabled: id !== undefined,
    refetchInterval: everyMs,
    queryFn: ({ signal }) => readConnection(id ?? '', signal, everyMs !== false),
  });
}

/** What was answered is taken over at once; the organization tells whether single sign-on is on. */
const takenOver = {
  adopt: (connection: SsoConnection, client: QueryClient) => { client.setQueryData([...connectionsKey, connection.id], connection); },
  renew: [connectionsKey, ['organizations']],
};

export function useCreateConnection() {
  return useAct({
    inline: true,
    ask: (body: NewSsoConnection) => data(api.POST('/api/sso/connections', { body })),
    ...takenOver,
  });
}

export function useUpdateConnection(connection: SsoConnection | undefined) {
  return useAct({
    inline: true,
    ask: (body: SsoConnectionChange) =>
      data(api.PUT('/api/sso/connections/{id}', { params: { path: { id: connection?.id ?? '' } }, headers: ifMatch(connection?.version), body })),
    ...takenOver,
  });
}

export function useDeleteConnection() {
  return useAct({
    inline: true,
    ask: (id: string) => data(api.DELETE('/api/sso/connections/{id}', { params: { path: { id } } })),
    renew: [['sso'], ['organizations']],
  });
}

export function useSetConnectionState(id: string) {
  return useAct({
    inline: true,
    ask: (on: boolean) => data(api.POST(on ? '/api/sso/connections/{id}/activate' : '/api/sso/connections/{id}/deactivate', { params: { path: { id } } })),
    ...takenOver,
  });
}

export function useTestConnection(id: string) {
  return useAct({
    inline: true,
    ask: () => data(api.POST('/api/sso/connections/{id}/test', { params: { path: { id } } })),
    renew: [[...connectionsKey, id]],
    renewRefused: true,
  });
}

export function useDomains(organizationId: string) {
  return useQuery({
    queryKey: [...domainsKey, organizationId],
    queryFn: ({ signal }) => data(api.GET('/api/sso/domains', { params: { query: { organizationId } }, signal })),
  });
}

export function useCreateDomain(organizationId: string) {
  return useAct({
    inline: true,
    ask: (domain: string) => data(api.POST('/api/sso/domains', { body: { organizationId, domain } })),
    renew: [domainsKey],
  });
}

export function useVerifyDomain() {
  return useAct({
    inline: true,
    ask: (id: string) => data(api.POST('/api/sso/domains/{id}/verify', { params: { path: { id } } })),
    renew: [domainsKey],
  });
}

export function useDeleteDomain() {
  return useAct({
    inline: true,
    ask: (id: string) => data(api.DELETE('/api/sso/domains/{id}', { params: { path: { id } } })),
    renew: [domainsKey],
  });
}

export function useSsoSettings(organizationId: string) {
  return useQuery({
    queryKey: [...settingsKey, organizationId],
    queryFn: ({ signal }) => data(api.GET('/api/organizations/{id}/sso', { params: { path: { id: organizationId } }, signal })),
  });
}

export function useUpdateSsoSettings(organizationId: string) {
  return useAct({
    inline: true,
    ask: (body: SsoSettings) => data(api.PUT('/api/organizations/{id}/sso', { params: { path: { id: organizationId } }, body })),
    adopt: (settings, client) => client.setQueryData([...settingsKey, organizationId], settings),
  });
}

/** The connections of one's own address: by its domain, as at the door. */
export function useOwnWays(email: string) {
  return useQuery({
    queryKey: ['sso', 'ways', email],
    staleTime: 60_000,
    queryFn: () => data(api.POST('/api/sso/discover', { body: { email } })),
  });
}

export function useLinkIdentity() {
  return useAct({
    ask: (body: { connectionId: string; returnTo: string }) => data(api.POST('/api/sso/link', { body })),
  });
}

export function useUnlinkIdentity() {
  return useAct({
    inline: true,
    ask: (id: string) => data(api.DELETE('/api/sso/identities/{id}', { params: { path: { id } } })),
    renew: [identitiesKey],
  });
}
