'use client';
// One session: read, attached to.
import { useQuery } from '@tanstack/react-query';
import { api, data } from '@/shared/api/client';
import { ApiError, messageOf } from '@/shared/api/error';
import type { Session, SessionTicket } from '@/shared/api/types';
import { takeFreshTicket } from '@/shared/session/startSession';
import type { Mode } from './link/state';

export function readSession(id: string): Promise<Session> {
  return data(api.GET('/api/sessions/{id}', { params: { path: { id } } }));
}

/** The first ticket of a session that was opened here is still unused; after that each attach asks for its own. */
export function getTicket(id: string, mode: Mode): Promise<SessionTicket> {
  const fresh = mode === 'control' ? takeFreshTicket(id) : undefined;
  return fresh === undefined ? data(api.POST('/api/sessions/{id}/tickets', { params: { path: { id } }, body: { mode } })) : Promise.resolve(fresh);
}

/** Whether asking again can help. */
export function explain(error: unknown): { code: string; message: string; retry: boolean } {
  if (!(error instanceof ApiError)) return { code: 'internal', message: messageOf(error), retry: false };
  return { code: error.code, message: error.message, retry: error.status === 0 || error.status === 429 || error.status >= 500 };
}

export function useSessionDetail(id: string) {
  return useQuery({
    queryKey: ['sessions', 'detail', id],
    queryFn: ({ signal }) => data(api.GET('/api/sessions/{id}', { params: { path: { id } }, signal })),
    // The WebSocket tells what changes from here on.
    staleTime: Infinity,
    gcTime: 0,
  });
}
