// One attached WebSocket: says who we are, tells what has been drawn, and notices when nobody is there any more.
import { parseServerMessage, type ServerMessage } from './messages';

/** The part of a WebSocket that this needs. */
export interface SocketLike {
  send: (data: string | Uint8Array<ArrayBuffer>) => void;
  close: () => void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: string | ArrayBuffer }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
}

export interface LineEvents {
  message: (message: ServerMessage) => void;
  /** Output, and what to call when it is on the screen. */
  output: (bytes: Uint8Array, drawn: () => void) => void;
  /** Called once, with the close code; not after `close()`. */
  broken: (code: number) => void;
}

const PING_EVERY_MS = 5_000;
const SILENT_MS = 10_000;
const ATTACH_WAIT_MS = 12_000;
/** Far less than the 1 MiB that the gateway lets run ahead. */
const ACK_BYTES = 64 * 1024;
const ACK_WAIT_MS = 50;
/** Broken without a close frame. */
const ABNORMAL = 1006;

export class Line {
  /** When anything came last, ms since the epoch. */
  heardAt = Date.now();
  #ready = false;
  #askedAt: number | null = null;
  #drawn = 0;
  #ackTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #patience: ReturnType<typeof setTimeout>;
  readonly #pulse: ReturnType<typeof setInterval>;
  readonly #socket: SocketLike;
  readonly #events: LineEvents;

  /** @param hello the first message, with the ticket. */
  constructor(socket: SocketLike, hello: () => object, events: LineEvents) {
    this.#socket = socket;
    this.#events = events;
    // A server that takes the connection and then says nothing must not hold the screen for ever.
    this.#patience = setTimeout(() => this.#break(ABNORMAL), ATTACH_WAIT_MS);
    this.#pulse = setInterval(() => this.#beat(), PING_EVERY_MS);
    socket.onopen = () => this.tell(hello());
    socket.onmessage = ({ data }) => this.#take(data);
    socket.onclose = ({ code }) => this.#break(code);
  }

  /** Whether the gateway has let us in. */
  get ready(): boolean {
    return this.#ready;
  }

  tell(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  input(frame: Uint8Array<ArrayBuffer>): void {
    this.#socket.send(frame);
  }

  close(): void {
    clearTimeout(this.#patience);
    clearInterval(this.#pulse);
    clearTimeout(this.#ackTimer);
    this.#socket.onopen = null;
    this.#socket.onmessage = null;
    this.#socket.onclose = null;
    this.#ready = false;
    this.#socket.close();
  }

  #take(data: string | ArrayBuffer): void {
    this.heardAt = Date.now();
    this.#askedAt = null;
    if (typeof data !== 'string') {
      const bytes = new Uint8Array(data);
      return this.#events.output(bytes, () => this.#count(bytes.length));
    }
    const message = parseServerMessage(data);
    if (message?.type === 'ready') {
      this.#ready = true;
      clearTimeout(this.#patience);
    }
    if (message !== undefined) this.#events.message(message);
  }

  /** The gateway holds back when too much is not drawn yet, so what is drawn is told, in steps. */
  #count(bytes: number): void {
    if (!this.#ready) return;
    this.#drawn += bytes;
    if (this.#drawn >= ACK_BYTES) this.#ack();
    else this.#ackTimer ??= setTimeout(() => this.#ack(), ACK_WAIT_MS);
  }

  #ack(): void {
    clearTimeout(this.#ackTimer);
    this.#ackTimer = undefined;
    this.tell({ type: 'ack', bytes: this.#drawn });
    this.#drawn = 0;
  }

  /** A dead line is silent for minutes before the browser says so: ask, and do not wait that long. */
  #beat(): void {
    if (!this.#ready) return;
    const now = Date.now();
    if (this.#askedAt !== null && now - this.#askedAt >= SILENT_MS) return this.#break(ABNORMAL);
    this.#askedAt ??= now;
    this.tell({ type: 'ping' });
  }

  #break(code: number): void {
    this.close();
    this.#events.broken(code);
  }
}
