// The words of the terminal's WebSocket, from the server. What is not understood is left out: a newer server may say more.
import type { EndCode, Session } from '@/shared/api/types';

export interface Person {
  userId: string;
  name: string;
}

export interface Owner extends Person {
  connected: boolean;
}

export interface Size {
  cols: number;
  rows: number;
}

export type ServerMessage =
  | { type: 'ready'; mode: 'control' | 'watch'; session: Session }
  | ({ type: 'restore' } & Size)
  | ({ type: 'resized' } & Size)
  | { type: 'presence'; viewers: Person[]; owner: Owner }
  | { type: 'frozen'; code: EndCode; message: string }
  | { type: 'thawed' }
  | { type: 'warning'; code: EndCode; message: string; inSeconds: number }
  | { type: 'ended'; code: EndCode; message: string }
  | { type: 'pong' };

const shapes: Record<ServerMessage['type'], Record<string, 'string' | 'number' | 'object'>> = {
  ready: { mode: 'string', session: 'object' },
  restore: { cols: 'number', rows: 'number' },
  resized: { cols: 'number', rows: 'number' },
  presence: { viewers: 'object', owner: 'object' },
  frozen: { code: 'string', message: 'string' },
  thawed: {},
  warning: { code: 'string', message: 'string', inSeconds: 'number' },
  ended: { code: 'string', message: 'string' },
  pong: {},
};

export function parseServerMessage(text: string): ServerMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'string') return undefined;
  const type = value.type;
  if (!Object.hasOwn(shapes, type)) return undefined;
  const message = value as Record<string, unknown>;
  const fits = Object.entries(shapes[type as ServerMessage['type']]).every(([key, kind]) => typeof message[key] === kind && message[key] !== null);
  return fits ? (value as ServerMessage) : undefined;
}
