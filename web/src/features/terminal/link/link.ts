// The way to a session and back to it: attach by a ticket, know how it stands, come back when the line breaks.
// Knows neither React nor xterm, so that its rules can be tested.
import type { EndCode, Session, SessionTicket } from '@/shared/api/types';
import { backoffMs } from './backoff';
import { binaryFrames, inputFrames, isReport } from './frames';
import { Line, type SocketLike } from './line';
import type { ServerMessage, Size } from './messages';
import { takesInput, type LinkState, type Mode } from './state';

export interface LinkScreen {
  size: () => Size;
  /** Draws, and says when it has. */
  write: (bytes: Uint8Array, drawn: () => void) => void;
  /** Wipes everything: what follows redraws a screen of this size. */
  restore: (size: Size) => void;
  /** The owner's screen, seen by a watcher, has this size now. */
  resized: (size: Size) => void;
}

export interface LinkDeps {
  getTicket: () => Promise<SessionTicket>;
  readSession: () => Promise<Session>;
  openSocket: (path: string) => SocketLike;
  /** What a failed call was about; `retry` when the same call may succeed later. */
  explain: (error: unknown) => { code: string; message: string; retry: boolean };
  screen: LinkScreen;
  random: () => number;
}

/** As long as the gateway keeps a shell whose owner's line is lost. */
export const RESUME_MS = 60_000;

const GAVE_UP: Record<Mode, string> = {
  control: 'The line could not be brought back in time. A session whose technician does not come back is ended by the gateway.',
  watch: 'The line could not be brought back.',
};

export class TerminalLink {
  #state: LinkState;
  readonly #deps: LinkDeps;
  readonly #listeners = new Set<() => void>();
  #line: Line | undefined;
  /** Raised by each new attempt: answers to an older one are too late. */
  #attempt = 0;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #typedAt = 0;

  constructor(session: Session, mode: Mode, deps: LinkDeps) {
    this.#deps = deps;
    this.#state = {
      phase: { kind: 'connecting' }, mode, session, viewers: session.viewers, owner: null, frozen: null, warning: null, unsure: false, refusals: 0,
    };
  }

  get state(): LinkState {
    return this.#state;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Attaches; also the way to take the shell back from another tab. */
  open(): void {
    this.close();
    this.#failures = 0;
    this.#set({ phase: { kind: 'connecting' } });
    void this.#try();
  }

  /** Lets go without a word; the shell waits for its owner. */
  close(): void {
    this.#attempt += 1;
    clearTimeout(this.#retry);
    this.#line?.close();
    this.#line = undefined;
  }

  /** The network is back, or the person does not want to wait. */
  retryNow(): void {
    const { phase } = this.#state;
    if (phase.kind !== 'lost' || phase.nextTryAt === null) return;
    clearTimeout(this.#retry);
    void this.#try();
  }

  /** False, and counted, when it did not go out: nothing typed is lost unseen. */
  send(data: string, kind: 'text' | 'binary' = 'text'): boolean {
    const line = this.#line;
    const typed = !isReport(data);
    if (line?.ready !== true || !takesInput(this.#state)) {
      if (typed && this.#state.mode === 'control') this.#set({ refusals: this.#state.refusals + 1 });
      return false;
    }
    for (const frame of kind === 'text' ? inputFrames(data) : binaryFrames(data)) line.input(frame);
    if (!typed) return true;
    this.#typedAt = Date.now();
    // Typing is what the warning asked for.
    const idle = this.#state.warning?.code === 'idle_timeout';
    if (this.#state.unsure || idle) this.#set({ unsure: false, ...(idle ? { warning: null } : {}) });
    return true;
  }

  resize({ cols, rows }: Size): void {
    if (this.#line?.ready === true && this.#state.mode === 'control') this.#line.tell({ type: 'resize', cols, rows });
  }

  dismissUnsure(): void {
    this.#set({ unsure: false });
  }

  #set(change: Partial<LinkState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }

  async #try(): Promise<void> {
    this.#attempt += 1;
    const attempt = this.#attempt;
    const { phase } = this.#state;
    if (phase.kind === 'lost') this.#set({ phase: { ...phase, nextTryAt: null } });
    try {
      const { ticket, websocketPath } = await this.#deps.getTicket();
      if (attempt === this.#attempt) this.#attach(websocketPath, ticket.token);
    } catch (error) {
      if (attempt !== this.#attempt) return;
      const { code, message, retry } = this.#deps.explain(error);
      if (retry) this.#lost(message);
      else await this.#learnEnd(code, message);
    }
  }

  #attach(path: string, ticket: string): void {
    const line: Line = new Line(this.#deps.openSocket(path), () => ({ type: 'attach', ticket, ...this.#deps.screen.size() }), {
      message: (message) => this.#hear(message),
      output: (bytes, drawn) => this.#deps.screen.write(bytes, drawn),
      broken: (code) => this.#broken(line.heardAt, code),
    });
    this.#line = line;
  }

  #hear(message: ServerMessage): void {
    switch (message.type) {
      case 'ready':
        this.#failures = 0;
        return this.#set({
          phase: { kind: 'live' }, mode: message.mode, session: message.session, viewers: message.session.viewers, frozen: null, warning: null,
        });
      case 'restore':
        return this.#deps.screen.restore(message);
      case 'resized':
        return this.#deps.screen.resized(message);
      case 'presence':
        return this.#set({ viewers: message.viewers, owner: message.owner });
      case 'frozen':
        return this.#set({ frozen: { code: message.code, message: message.message } });
      case 'thawed':
        return this.#set({ frozen: null });
      case 'warning':
        return this.#set({ warning: { code: message.code, message: message.message, at: Date.now() + message.inSeconds * 1000 } });
      case 'ended':
        return this.#over(message.code, message.message);
      case 'pong':
        return;
    }
  }

  #broken(heardAt: number, code: number): void {
    this.#line = undefined;
    if (this.#typedAt > heardAt) this.#set({ unsure: true });
    switch (code) {
      case 4409:
        return this.#set({ phase: { kind: 'elsewhere' }, frozen: null, warning: null });
      case 4403:
        return void this.#learnEnd('forbidden', 'You may no longer be in this session.');
      case 1000:
      case 4404:
        return void this.#learnEnd('not_found', 'There is no such session any more.');
      case 1009:
      case 4400:
        return this.#stop({ phase: { kind: 'refused', code: 'bad_message', message: 'The gateway did not understand this page. Reload it.' } });
      default:
        return this.#lost(null);
    }
  }

  /** Closed for good, it seems: the session itself knows why. */
  async #learnEnd(code: string, message: string): Promise<void> {
    const attempt = this.#attempt;
    try {
      const session = await this.#deps.readSession();
      if (attempt !== this.#attempt) return;
      if (session.endedAt) {
        this.#over(session.endCode ?? null, session.endMessage ?? '', session);
        return;
      }
      // It lives; a gateway that did not know it may be the wrong one, or just coming up.
      if (code === 'not_found') {
        this.#lost(null);
        return;
      }
    } catch (error) {
      if (attempt !== this.#attempt) return;
      if (this.#deps.explain(error).retry) {
        this.#lost(message);
        return;
      }
    }
    this.#stop({ phase: { kind: 'refused', code, message } });
  }

  #lost(cause: string | null): void {
    const now = Date.now();
    const { phase } = this.#state;
    const since = phase.kind === 'lost' ? phase.since : now;
    const until = since + RESUME_MS;
    if (now >= until) return void this.#giveUp();
    const wait = Math.min(backoffMs(this.#failures, this.#deps.random()), until - now);
    this.#failures += 1;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#try(), wait);
    this.#set({ phase: { kind: 'lost', since, until, nextTryAt: now + wait, cause }, frozen: null, warning: null });
  }

  async #giveUp(): Promise<void> {
    const attempt = this.#attempt;
    const session = await this.#deps.readSession().catch(() => null);
    if (attempt !== this.#attempt) return;
    if (session?.endedAt) {
      this.#over(session.endCode ?? null, session.endMessage ?? '', session);
      return;
    }
    this.#stop({ phase: { kind: 'refused', code: 'unreachable', message: GAVE_UP[this.#state.mode] } });
  }

  #over(code: EndCode | null, message: string, session = this.#state.session): void {
    // Nobody looks on at what is over.
    this.#stop({ phase: { kind: 'over', code, message }, session, viewers: [], frozen: null, warning: null });
  }

  #stop(change: Partial<LinkState>): void {
    this.close();
    this.#set(change);
  }
}
