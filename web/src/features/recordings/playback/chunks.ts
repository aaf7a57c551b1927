// The chunks of a recording: fetched by range when they are wanted, expanded, kept while they are likely to be wanted again.
import { decompress } from 'fzstd';
import type { RecordingChunk } from '@/shared/api/types';
import { readEvents, type RecordedEvent } from './container';

export interface Chunk {
  events: readonly RecordedEvent[];
  /** Why it ends before its end; null when it is whole. */
  damage: string | null;
}

/** The bytes of the container from `offset` on. */
export type FetchRange = (offset: number, length: number) => Promise<Uint8Array>;

/** Expanded bytes that are kept. A chunk has one MiB at most. */
const KEPT_BYTES = 48 * 1024 * 1024;
/** The recorder never writes a larger chunk: what claims to be is damaged, and must not cost memory. */
const MAX_RAW = 4 * 1024 * 1024;

export class ChunkStore {
  readonly chunks: readonly RecordingChunk[];
  readonly #fetch: FetchRange;
  /** In the order of their last use. */
  readonly #kept = new Map<number, Promise<Chunk>>();
  readonly #ready = new Map<number, Chunk>();
  #bytes = 0;

  constructor(chunks: readonly RecordingChunk[], fetch: FetchRange) {
    this.chunks = chunks;
    this.#fetch = fetch;
  }

  /** What is there already. */
  peek(index: number): Chunk | undefined {
    return this.#ready.get(index);
  }

  /** Rejects only when the bytes could not be fetched; damage is an answer. */
  get(index: number): Promise<Chunk> {
    const kept = this.#kept.get(index);
    if (kept !== undefined) {
      this.#kept.delete(index);
      this.#kept.set(index, kept);
      return kept;
    }
    const entry = this.chunks[index];
    if (entry === undefined) return Promise.reject(new RangeError(`There is no chunk ${index}`));
    const work = this.#load(index, entry);
    this.#kept.set(index, work);
    this.#bytes += entry.rawLength;
    this.#evict(index);
    // A failed fetch is tried anew by the next who asks.
    work.catch(() => this.#forget(index));
    return work;
  }

  /** Like `get`, for reading through: what is not kept already is not kept afterwards. */
  async read(index: number): Promise<Chunk> {
    const entry = this.chunks[index];
    if (this.#kept.has(index) || entry === undefined) return this.get(index);
    return expand(await this.#fetch(entry.offset, entry.length), entry);
  }

  async #load(index: number, entry: RecordingChunk): Promise<Chunk> {
    const chunk = expand(await this.#fetch(entry.offset, entry.length), entry);
    if (this.#kept.has(index)) this.#ready.set(index, chunk);
    return chunk;
  }

  #evict(fresh: number): void {
    for (const index of [...this.#kept.keys()]) {
      if (this.#bytes <= KEPT_BYTES) return;
      if (index !== fresh) this.#forget(index);
    }
  }

  #forget(index: number): void {
    if (this.#kept.delete(index)) this.#bytes -= this.chunks[index]?.rawLength ?? 0;
    this.#ready.delete(index);
  }
}

export function expand(payload: Uint8Array, { length, rawLength }: Pick<RecordingChunk, 'length' | 'rawLength'>): Chunk {
  if (payload.length !== length) return { events: [], damage: 'It is cut short.' };
  if (rawLength > MAX_RAW) return { events: [], damage: 'Its length is impossible.' };
  if ((contentSize(payload) ?? rawLength) !== rawLength) return { events: [], damage: 'It expands to another length than was recorded.' };
  let raw: Uint8Array;
  try {
    raw = decompress(payload, new Uint8Array(rawLength));
  } catch {
    return { events: [], damage: 'Its bytes cannot be expanded.' };
  }
  const { events, damaged } = readEvents(raw);
  return { events, damage: damaged ? 'Its content cannot be read to its end.' : null };
}

/** What the frame says of its own length (RFC 8878, 3.1.1.1), if it does. */
function contentSize(frame: Uint8Array): number | undefined {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.length < 18) return undefined;
  const descriptor = view.getUint8(4);
  const single = (descriptor & 0x20) !== 0;
  const at = 5 + (single ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] ?? 0);
  switch (descriptor >> 6) {
    case 0:
      return single ? view.getUint8(at) : undefined;
    case 1:
      return view.getUint16(at, true) + 256;
    case 2:
      return view.getUint32(at, true);
    default:
      return Number(view.getBigUint64(at, true));
  }
}
