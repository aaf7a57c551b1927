// Opening a session on a machine: wished where the machine is shown, done on the terminal's page, which shows how it goes.
// The wish and the first ticket are handed over in memory, so that a link alone opens nothing.
import { api, data } from '@/shared/api/client';
import type { SessionStart, SessionTicket } from '@/shared/api/types';

interface StartSession {
  assetId: string;
  credentialId?: string;
  reason?: string;
}

const wishes = new Set<string>();
const regretted = new Set<string>();
let lastWish = 0;

/** Somebody pressed Connect: the terminal's page may open one session for the key that this returns. */
export function wishSession(): string {
  lastWish += 1;
  const key = `${Date.now().toString(36)}${lastWish}`;
  wishes.add(key);
  return key;
}

/** Whether the key was made here, since the last reload. */
export function isWished(key: string): boolean {
  return wishes.has(key);
}

/** Nobody waits for it any more: should it open all the same, it is ended. */
export function regretSession(key: string): void {
  regretted.add(key);
}

const fresh = new Map<string, SessionTicket>();

/** The unused ticket of a session that was just opened here. Once only: a ticket is good for one use. */
export function takeFreshTicket(sessionId: string): SessionTicket | undefined {
  const ticket = fresh.get(sessionId);
  fresh.delete(sessionId);
  return ticket;
}

/** Opens the session of a wish. */
export async function openSession(key: string, input: StartSession): Promise<SessionStart> {
  const start = await data(api.POST('/api/sessions', { body: { ...input, ...screenSize() } }));
  if (regretted.has(key)) await api.POST('/api/sessions/{id}/end', { params: { path: { id: start.session.id } }, body: { reason: 'Cancelled while connecting' } });
  else fresh.set(start.session.id, { ticket: start.ticket, websocketPath: start.websocketPath });
  return start;
}

/** A first guess in cells of the terminal's type; the terminal sends the true size once it stands. */
function screenSize(): { cols: number; rows: number } {
  return {
    cols: Math.max(40, Math.min(400, Math.floor((window.innerWidth - 24) / 8.4))),
    rows: Math.max(10, Math.min(200, Math.floor((window.innerHeight - 60) / 18))),
  };
}
