// How a session ended, or why it never opened, in a title and what there is to add. Nothing is said twice.
import type { Session } from '@/shared/api/types';
import { endWords } from './words';

export interface Ending {
  title: string;
  note: string | null;
}

/** The codes of a start that was refused; the server has more kinds of them than of ends. */
const refusalWords: Record<string, string> = {
  forbidden: 'The access did not allow it',
  credential_missing: 'No account was stored for it',
  credential_refused: 'The machine refused the account',
  second_proof_wanted: 'The machine wanted a second proof',
  key_unsupported: 'The stored key cannot be used',
  passphrase_missing: 'The stored key cannot be used',
  passphrase_wrong: 'The stored key cannot be used',
  certificate_unusable: 'The stored certificate cannot be used',
  secret_missing: 'The stored secret cannot be used',
  key_destroyed: 'The stored secrets were destroyed',
  host_key_unconfirmed: 'Nobody has confirmed the machine’s host key',
  host_key_unreadable: 'The confirmed host key cannot be read',
  host_key_changed: 'The machine showed another host key',
  target_name_not_found: 'The machine’s name is not known',
  target_address_refused: 'Sessions never go to its address',
  target_connection_refused: 'Nothing listened at the machine’s port',
  target_timeout: 'The machine did not answer',
  target_unreachable: 'There was no way to the machine',
  target_incompatible: 'The machine offered no safe SSH',
  target_not_ssh: 'What answered was not SSH',
  target_disconnected: 'The machine hung up',
  terminal_refused: 'The machine gave no terminal',
  too_many_sessions: 'Too many sessions were open',
  recorder_unavailable: 'It could not be recorded',
  unavailable: 'The gateway was not ready',
  internal: 'The gateway failed',
};

/** In a few words; the server may know codes that this page does not. */
export function endTitle(code: string | null | undefined, refused = false): string {
  if (code && Object.hasOwn(endWords, code)) return endWords[code as keyof typeof endWords];
  if (code && Object.hasOwn(refusalWords, code)) return refusalWords[code] ?? '';
  return refused ? 'It did not open' : 'The session is over';
}

const LONG_TITLE = 90;

/**
 * "Ended by Maren Okafor: end of the shift" is who and why; other messages are written to the technician, and say
 * what the code says in more words.
 * @param own whether the reader is that technician.
 */
export function endOf({ code, message, own, refused = false }: { code: string | null | undefined; message: string | null | undefined; own: boolean; refused?: boolean }): Ending {
  const title = endTitle(code, refused);
  const said = message?.trim() ?? '';
  if (said === '') return { title, note: null };
  const { head = said, rest } = /^(?<head>[^:]+): (?<rest>.+)$/s.exec(said)?.groups ?? {};
  const named = code === 'ended_by_admin' || code === 'ended_by_owner';
  if (!refused && (own || named) && head.length <= LONG_TITLE) return { title: head.replace(/\.$/, ''), note: rest ?? null };
  if (!own && /^you(r)? /i.test(said)) return { title, note: rest ?? null };
  return { title, note: said };
}

export function endOfSession({ endCode, endMessage, status }: Session, own: boolean): Ending {
  return endOf({ code: endCode, message: endMessage, own, refused: status === 'refused' });
}
