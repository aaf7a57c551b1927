// Where a terminal's line stands, as the screen shows it.
import type { EndCode, Session } from '@/shared/api/types';
import type { Owner, Person } from './messages';

export type Mode = 'control' | 'watch';

export type Phase =
  /** The first way in, or the way back that the person asked for. */
  | { kind: 'connecting' }
  | { kind: 'live' }
  /** The line is down; the shell waits for its owner until `until` (ms since the epoch). */
  | { kind: 'lost'; since: number; until: number; nextTryAt: number | null; cause: string | null }
  /** Another tab of the same person has the shell. */
  | { kind: 'elsewhere' }
  /** Over, for the reason given. */
  | { kind: 'over'; code: EndCode | null; message: string }
  /** The server lets nobody in here, or this person not. */
  | { kind: 'refused'; code: string; message: string };

export interface Warning {
  code: EndCode;
  message: string;
  /** When it comes true, ms since the epoch. */
  at: number;
}

export interface LinkState {
  phase: Phase;
  mode: Mode;
  session: Session;
  viewers: readonly Person[];
  owner: Owner | null;
  /** Input is dead while this is set. */
  frozen: { code: EndCode; message: string } | null;
  warning: Warning | null;
  /** Something was typed just before the line went down and may not have arrived. */
  unsure: boolean;
  /** Counts input that was refused, so that the screen can say so each time. */
  refusals: number;
}

/** What is typed now reaches the shell. */
export function takesInput(state: LinkState): boolean {
  return state.phase.kind === 'live' && state.mode === 'control' && state.frozen === null;
}
