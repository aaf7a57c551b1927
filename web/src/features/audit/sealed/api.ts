// The log as a tree that can be verified: its signed head, our keys, the proof of an entry; what is held, removed and erased.
import { useQuery } from '@tanstack/react-query';
import { useAct } from '@/shared/api/act';
import { api, data, ifMatch } from '@/shared/api/client';
import type { AuditEvent } from '@/shared/api/types';
import { checkEntry, signatureOf } from './check';

export function useAuditKeys() {
  return useQuery({
    queryKey: ['audit', 'keys'],
    staleTime: 60_000,
    queryFn: ({ signal }) => data(api.GET('/api/audit/keys', { signal })),
  });
}

export function useAuditCheckpoint(organizationId: string) {
  return useQuery({
    queryKey: ['audit', 'checkpoint', organizationId],
    queryFn: ({ signal }) => data(api.GET('/api/audit/organizations/{orgId}/checkpoint', { params: { path: { orgId: organizationId } }, signal })),
  });
}

/** By which of our keys the checkpoint is signed, as this page finds it. */
export function useSignature(note: string | null | undefined) {
  const keys = useAuditKeys().data?.items;
  return useQuery({
    queryKey: ['audit', 'signature', note, keys],
    enabled: typeof note === 'string' && keys !== undefined,
    staleTime: Infinity,
    queryFn: () => signatureOf(note ?? '', keys ?? []),
  });
}

/** Fetches the proof of an entry and our keys, and verifies it in this page. */
export function useCheckEntry() {
  return useAct({
    inline: true,
    ask: async (event: AuditEvent) => {
      const [proof, keys] = await Promise.all([
        data(api.GET('/api/audit/events/{eventId}/proof', { params: { path: { eventId: event.id } } })),
        data(api.GET('/api/audit/keys')),
      ]);
      return { proof, steps: await checkEntry(event, proof, keys.items) };
    },
  });
}

export function useRotateAuditKey() {
  return useAct({
    inline: true,
    ask: (reason: string) => data(api.POST('/api/audit/keys/rotate', { body: { reason } })),
    adopt: (keys, client) => client.setQueryData(['audit', 'keys'], keys),
    renew: [['audit', 'checkpoint']],
  });
}

const changed = [['audit']];

export function useSetHold(organizationId: string) {
  return useAct({
    inline: true,
    ask: (reason: string) => data(api.PUT('/api/audit/organizations/{orgId}/hold', { params: { path: { orgId: organizationId } }, body: { reason } })),
    renew: changed,
  });
}

export function useLiftHold(organizationId: string) {
  return useAct({
    inline: true,
    ask: ({ reason, version }: { reason: string; version: number }) =>
      data(api.DELETE('/api/audit/organizations/{orgId}/hold', { params: { path: { orgId: organizationId }, query: { reason } }, headers: ifMatch(version) })),
    renew: changed,
    // It may be another hold by now.
    renewRefused: true,
  });
}

export interface CleanupWish {
  olderThanDays: number;
  organizationId?: string;
  reason: string;
}

/** Only looks: what would be removed. */
export function usePreviewCleanup() {
  return useAct({
    inline: true,
    ask: (wish: CleanupWish) => data(api.POST('/api/audit/cleanup', { body: { ...wish, preview: true } })),
  });
}

export function useCleanUp() {
  return useAct({
    inline: true,
    ask: (wish: CleanupWish) => data(api.POST('/api/audit/cleanup', { body: wish })),
    renew: changed,
  });
}

export function useEraseDetail() {
  return useAct({
    inline: true,
    ask: (wish: { userId: string; reason: string }) => data(api.POST('/api/audit/erase', { body: wish })),
    renew: changed,
  });
}
