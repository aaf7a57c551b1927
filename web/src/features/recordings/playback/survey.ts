// What a recording holds, found by reading it through once: who typed what, where it was lively, sizes.
import type { ChunkStore } from './chunks';
import { TypedLines, type TypedLine } from './typed';

export interface Moment {
  at: number;
  kind: string;
  text: string;
  userId?: string | null;
}

export interface Findings {
  typed: readonly TypedLine[];
  /** Sizes that the terminal took. */
  resizes: readonly Moment[];
  /** Output by time, 0 to 1, in equal parts of the recording. */
  activity: readonly number[];
  /** The same for keys, as true or false. */
  typing: readonly boolean[];
  /** Chunks read, of how many. */
  read: number;
  of: number;
}

export const PARTS = 240;
/** More compressed bytes than this are read when asked for. */
export const READ_UNASKED = 24 * 1024 * 1024;
const RETRY_MS = 5_000;
const WAIT_MS = 100;

interface Calls {
  /** False once nobody asks any more. */
  wanted: () => boolean;
  /** True while the player has more urgent work. */
  wait: () => boolean;
}

/** Reads on until the end, telling what it knows after each chunk. Stops at damage, as the player does. */
export async function survey(store: ChunkStore, duration: number, { wanted, wait }: Calls, tell: (findings: Findings) => void): Promise<void> {
  const typed = new TypedLines();
  const resizes: Moment[] = [];
  const output = new Array<number>(PARTS).fill(0);
  const typing = new Array<boolean>(PARTS).fill(false);
  const partOf = (at: number) => Math.min(PARTS - 1, Math.floor((at / Math.max(1, duration)) * PARTS));
  const report = (read: number) => tell({ typed: [...typed.lines], resizes: [...resizes], activity: scaled(output), typing: [...typing], read, of: store.chunks.length });

  for (let index = 0; index < store.chunks.length && wanted(); ) {
    if (wait()) {
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
      continue;
    }
    const chunk = await store.read(index).catch(() => undefined);
    if (chunk === undefined) {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      continue;
    }
    for (const event of chunk.events) {
      typed.add(event);
      const part = partOf(event.at);
      if (event.kind === 'output') output[part] = (output[part] ?? 0) + event.bytes.length;
      else if (event.kind === 'input') typing[part] = true;
      else if (event.kind === 'resize') resizes.push({ at: event.at, kind: 'resize', text: `${event.cols} × ${event.rows}` });
    }
    index += 1;
    if (chunk.damage !== null) break;
    if (index < store.chunks.length && wanted()) report(index);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  typed.end();
  if (wanted()) report(store.chunks.length);
}

/** By the logarithm: a listing of a megabyte must not flatten everything else. */
function scaled(bytes: readonly number[]): number[] {
  const most = Math.log1p(Math.max(1, ...bytes));
  return bytes.map((each) => Math.log1p(each) / most);
}
