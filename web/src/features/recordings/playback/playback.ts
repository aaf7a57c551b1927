// Plays a recording: what was written when, onto a screen, at any speed; exact wherever one jumps to.
// Knows neither React nor xterm, so that its rules can be tested.
import type { RecordingIndex } from '@/shared/api/types';
import type { Chunk, ChunkStore } from './chunks';
import type { RecordedEvent } from './container';
import { behindReset, isBefore, ResetPoints, type ResetPoint } from './resets';

export interface PlaybackScreen {
  /** Wipes everything and takes this size. */
  reset: (cols: number, rows: number) => void;
  write: (bytes: Uint8Array) => void;
  resize: (cols: number, rows: number) => void;
  /** When all that was written is drawn in; calls are answered in their order. */
  flush: () => Promise<void>;
  /** Not painted while it winds: painting costs more than the rest. */
  hide: (hidden: boolean) => void;
  /** Bytes written and not drawn in yet. */
  pending: () => number;
}

export interface Damage {
  /** Number of the chunk as the recording counts them. */
  seq: number;
  at: number;
  message: string;
}

export interface PlaybackState {
  /** Where it is, in ms since the start of the recording. */
  at: number;
  duration: number;
  playing: boolean;
  speed: number;
  skipIdle: boolean;
  /** `winding`: on the way to where one jumped; `loading`: the next chunk is on its way. */
  busy: 'winding' | 'loading' | null;
  /** 0 to 1 while winding. */
  progress: number;
  /** It plays up to here and no further. */
  damage: Damage | null;
  /** The chunks cannot be fetched; it goes on by itself when they can. */
  trouble: string | null;
}

export const speeds = [0.5, 1, 2, 4, 8, 16] as const;
/** Of a pause, this much is played when idle time is skipped. */
export const IDLE_CAP_MS = 2_000;
/** Chunks fetched ahead of the play. */
const AHEAD = 3;
/** So many chunks are a jump that takes a while. */
const LONG_WAY = 4;
const BATCH_BYTES = 256 * 1024;
/** More than this undrawn, and the play waits for the screen. */
const UNDRAWN_BYTES = 1024 * 1024;
const RETRY_MS = 2_000;
/** A tab that slept must not leap. */
const LONGEST_STEP_MS = 250;

export interface PlaybackDeps {
  index: RecordingIndex;
  store: ChunkStore;
  screen: PlaybackScreen;
  explain: (error: unknown) => string;
}

interface Position {
  chunk: number;
  event: number;
  skip: number;
}

export class Playback {
  #state: PlaybackState;
  readonly #store: ChunkStore;
  readonly #screen: PlaybackScreen;
  readonly #explain: (error: unknown) => string;
  readonly #listeners = new Set<() => void>();
  readonly #resets: ResetPoints;
  #next: Position = { chunk: 0, event: 0, skip: 0 };
  #size: { cols: number; rows: number };
  /** When something last happened, for idle time. */
  #lastAt = 0;
  /** Raised by each jump and by the end: work for an older one stops. */
  #turn = 0;
  #stepping = false;

  constructor({ index, store, screen, explain }: PlaybackDeps) {
    this.#store = store;
    this.#screen = screen;
    this.#explain = explain;
    this.#size = { cols: index.cols, rows: index.rows };
    this.#resets = new ResetPoints(index.cols, index.rows);
    this.#state = { at: 0, duration: index.durationMs, playing: false, speed: 1, skipIdle: true, busy: null, progress: 0, damage: null, trouble: null };
    screen.reset(index.cols, index.rows);
    this.#prefetch();
  }

  get state(): PlaybackState {
    return this.#state;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  dispose(): void {
    this.#turn += 1;
    this.#listeners.clear();
  }

  play(): void {
    // From the end it begins again.
    if (this.#atEnd()) void this.seek(0);
    this.#set({ playing: true });
  }

  pause(): void {
    this.#set({ playing: false });
  }

  setSpeed(speed: number): void {
    this.#set({ speed });
  }

  setSkipIdle(skipIdle: boolean): void {
    this.#set({ skipIdle });
  }

  /** Lets `elapsed` ms of real time pass. */
  async tick(elapsed: number): Promise<void> {
    if (!this.#state.playing || this.#stepping || this.#state.busy === 'winding' || this.#screen.pending() > UNDRAWN_BYTES) return;
    this.#stepping = true;
    try {
      await this.#step(this.#state.at + Math.min(elapsed, LONGEST_STEP_MS) * this.#state.speed, this.#turn);
    } finally {
      this.#stepping = false;
    }
  }

  /** Shows the screen as it was at that time, exactly. */
  async seek(ms: number): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    const to = Math.max(0, Math.min(ms, this.#limit()));
    this.#set({ at: to, busy: 'winding', progress: 0 });
    // A step that is under way ends before the screen is another's.
    await this.#screen.flush();
    if (turn !== this.#turn) return;
    const reset = this.#resets.before(to);
    if (to < this.#lastAt || isBefore(this.#next, reset)) this.#rewind(reset);
    await this.#wind(to, turn);
    if (turn !== this.#turn) return;
    this.#screen.hide(false);
    this.#set({ busy: null, progress: 0 });
  }

  #rewind({ at, chunk, event, skip, cols, rows }: ResetPoint): void {
    this.#screen.reset(cols, rows);
    this.#size = { cols, rows };
    this.#next = { chunk, event, skip };
    this.#lastAt = at;
  }

  async #wind(to: number, turn: number): Promise<void> {
    const { chunks } = this.#store;
    const last = chunks.findLastIndex((chunk) => chunk.startMs <= to);
    const from = this.#next.chunk;
    this.#screen.hide(last - from >= LONG_WAY);
    while (this.#next.chunk <= last) {
      const at = this.#next.chunk;
      this.#prefetch();
      const chunk = await this.#load(at, turn);
      if (chunk === undefined) return;
      await this.#feed(chunk, to, turn);
      await this.#drain(turn);
      if (turn !== this.#turn) return;
      this.#set({ progress: (at - from + 1) / (last - from + 1) });
      if (this.#next.chunk === at) break;
    }
    await this.#screen.flush();
  }

  async #step(to: number, turn: number): Promise<void> {
    const limit = Math.min(to, this.#limit());
    if (!(await this.#playTo(limit, turn))) return;
    const now = Math.min(this.#skipped(limit), this.#limit());
    if (now > limit && !(await this.#playTo(now, turn))) return;
    this.#prefetch();
    this.#set({ at: now, playing: this.#state.playing && now < this.#limit() });
  }

  /** False when it did not get there in this step. */
  async #playTo(limit: number, turn: number): Promise<boolean> {
    const { chunks } = this.#store;
    for (;;) {
      const at = this.#next.chunk;
      const entry = chunks[at];
      if (entry === undefined || entry.startMs > limit) return true;
      const chunk = this.#store.peek(at);
      if (chunk === undefined) {
        this.#set({ at: Math.max(this.#state.at, Math.min(limit, entry.startMs)), busy: 'loading' });
        // The time that passes meanwhile is not played.
        if ((await this.#load(at, turn)) !== undefined) this.#set({ busy: null });
        return false;
      }
      await this.#feed(chunk, limit, turn);
      if (turn !== this.#turn) return false;
      if (this.#next.chunk === at) return true;
    }
  }

  /** Over a pause to where it goes on, once enough of it was seen. */
  #skipped(now: number): number {
    if (!this.#state.skipIdle) return now;
    const next = this.#nextAt();
    return next - this.#lastAt > IDLE_CAP_MS && now - this.#lastAt >= IDLE_CAP_MS ? Math.max(now, next) : now;
  }

  /** When something happens next; the end, when nothing does. */
  #nextAt(): number {
    const entry = this.#store.chunks[this.#next.chunk];
    if (entry === undefined) return this.#state.duration;
    return this.#store.peek(this.#next.chunk)?.events[this.#next.event]?.at ?? entry.startMs;
  }

  /** Applies the chunk's events up to a time. Output is put together, as far as sizes allow. */
  async #feed(chunk: Chunk, to: number, turn: number): Promise<void> {
    const { chunk: index } = this.#next;
    let batch: Uint8Array[] = [];
    let bytes = 0;
    const write = () => {
      if (bytes > 0) this.#screen.write(joined(batch, bytes));
      batch = [];
      bytes = 0;
    };
    while (this.#next.event < chunk.events.length) {
      const event = chunk.events[this.#next.event];
      if (event === undefined || event.at > to) break;
      if (event.kind === 'output') {
        const output = this.#next.skip > 0 ? event.bytes.subarray(this.#next.skip) : event.bytes;
        batch.push(output);
        bytes += output.length;
        this.#noteReset(event, index);
      }
      this.#lastAt = event.at;
      this.#next = { chunk: index, event: this.#next.event + 1, skip: 0 };
      if (bytes >= BATCH_BYTES) write();
      if (event.kind === 'resize') {
        write();
        await this.#resize(event.cols, event.rows);
        if (turn !== this.#turn) return;
      }
    }
    write();
    if (this.#next.event < chunk.events.length) return;
    if (chunk.damage !== null) this.#stopAtDamage(index, chunk.damage);
    else this.#next = { chunk: index + 1, event: 0, skip: 0 };
  }

  /** A size counts from its place in the stream on: what came before must be in. */
  async #resize(cols: number, rows: number): Promise<void> {
    if (cols === this.#size.cols && rows === this.#size.rows) return;
    this.#size = { cols, rows };
    await this.#screen.flush();
    this.#screen.resize(cols, rows);
  }

  #noteReset(event: Extract<RecordedEvent, { kind: 'output' }>, chunk: number): void {
    const skip = behindReset(event.bytes);
    if (skip >= 0) this.#resets.add({ at: event.at, chunk, event: this.#next.event, skip, ...this.#size });
  }

  #stopAtDamage(index: number, message: string): void {
    const { seq = index + 1, startMs = 0 } = this.#store.chunks[index] ?? {};
    const at = Math.max(this.#lastAt, startMs);
    this.#set({ damage: { seq, at, message }, at: Math.min(this.#state.at, at), playing: false });
  }

  async #drain(turn: number): Promise<void> {
    if (turn === this.#turn && this.#screen.pending() > UNDRAWN_BYTES) await this.#screen.flush();
  }

  /** Until it is there, or nobody wants it any more. */
  async #load(index: number, turn: number): Promise<Chunk | undefined> {
    while (turn === this.#turn) {
      try {
        const chunk = await this.#store.get(index);
        if (turn !== this.#turn) return undefined;
        if (this.#state.trouble !== null) this.#set({ trouble: null });
        return chunk;
      } catch (error) {
        if (turn === this.#turn) this.#set({ trouble: this.#explain(error) });
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    return undefined;
  }

  #prefetch(): void {
    for (let ahead = 0; ahead < AHEAD; ahead += 1) {
      const index = this.#next.chunk + ahead;
      // Fetched for later; whoever needs it sees the failure.
      if (index < this.#store.chunks.length) this.#store.get(index).catch(() => undefined);
    }
  }

  /** The last moment that can be shown. */
  #limit(): number {
    return this.#state.damage?.at ?? this.#state.duration;
  }

  #atEnd(): boolean {
    return this.#state.at >= this.#limit();
  }

  #set(change: Partial<PlaybackState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
