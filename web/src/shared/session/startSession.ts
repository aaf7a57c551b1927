'use client';
// Opening a session on a machine, from wherever the machine is shown. The first ticket is handed to the terminal in memory.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { SessionStart, SessionTicket } from '@/shared/api/types';

interface StartSession {
  assetId: string;
  credentialId?: string;
  reason?: string;
}

const fresh = new Map<string, SessionTicket>();

/** The unused ticket of a session that was just opened here. Once only: a ticket is good for one use. */
export function takeFreshTicket(sessionId: string): SessionTicket | undefined {
  const ticket = fresh.get(sessionId);
  fresh.delete(sessionId);
  return ticket;
}

export function useStartSession() {
  const client = useQueryClient();
  return useMutation({
    meta: { inline: true },
    mutationFn: (input: StartSession) => api.post<SessionStart>('/api/sessions', { ...input, ...screenSize() }),
    onSuccess: ({ session, ticket, websocketPath }) => {
      fresh.set(session.id, { ticket, websocketPath });
      void client.invalidateQueries({ queryKey: ['sessions'] });
    },
  });
}

/** A first guess in cells of the terminal's type; the terminal sends the true size once it stands. */
function screenSize(): { cols: number; rows: number } {
  return {
    cols: Math.max(40, Math.min(400, Math.floor((window.innerWidth - 24) / 8.4))),
    rows: Math.max(10, Math.min(200, Math.floor((window.innerHeight - 60) / 18))),
  };
}
