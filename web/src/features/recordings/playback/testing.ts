// What the tests build recordings of: events as the recorder writes them, in frames of zstd that store and do not compress.
import type { RecordingChunk, RecordingIndex } from '@/shared/api/types';

const utf8 = new TextEncoder();

export const TOMAS = '01935f3e-7a1c-7d22-b4d1-0242ac120002';
export const ADA = '01935f3e-7a1c-7d22-b4d1-0242ac120003';

function event(kind: string, at: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(9 + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, kind.charCodeAt(0));
  view.setUint32(1, at, true);
  view.setUint32(5, payload.length, true);
  bytes.set(payload, 9);
  return bytes;
}

export const output = (at: number, text: string) => event('o', at, utf8.encode(text));
export const marker = (at: number, kind: string, text: string, userId?: string) => event('m', at, utf8.encode(JSON.stringify({ kind, text, userId })));

export function input(at: number, text: string, person = TOMAS): Uint8Array {
  const id = Uint8Array.from(person.replaceAll('-', '').match(/../g) ?? [], (hex) => parseInt(hex, 16));
  return event('i', at, joinBytes([id, utf8.encode(text)]));
}

export function resize(at: number, cols: number, rows: number): Uint8Array {
  const payload = new Uint8Array(4);
  const view = new DataView(payload.buffer);
  view.setUint16(0, cols, true);
  view.setUint16(2, rows, true);
  return event('r', at, payload);
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** RFC 8878: a frame of one raw block. */
export function stored(raw: Uint8Array): Uint8Array {
  const header = new Uint8Array(12);
  const view = new DataView(header.buffer);
  view.setUint32(0, 0xfd2fb528, true);
  header[4] = 0xa0; // one segment, its size in four bytes
  view.setUint32(5, raw.length, true);
  const block = (raw.length << 3) | 1; // raw, and the last
  header.set([block & 0xff, (block >> 8) & 0xff, (block >> 16) & 0xff], 9);
  return joinBytes([header, raw]);
}

export interface TestRecording {
  index: RecordingIndex;
  container: Uint8Array;
}

/** Each list of events becomes a chunk; between them stand bytes that belong to none, as the headers of segments do. */
export function recordingOf(chunks: readonly (readonly Uint8Array[])[], cols = 80, rows = 24): TestRecording {
  const entries: RecordingChunk[] = [];
  const parts: Uint8Array[] = [];
  let offset = 0;
  let end = 0;
  for (const [at, events] of chunks.entries()) {
    const raw = joinBytes(events);
    const payload = stored(raw);
    const gap = new Uint8Array(100);
    parts.push(gap, payload);
    const timeOf = (bytes: Uint8Array | undefined) => (bytes === undefined ? end : new DataView(bytes.buffer, bytes.byteOffset).getUint32(1, true));
    const startMs = timeOf(events[0]);
    end = timeOf(events.at(-1));
    entries.push({ seq: at + 1, offset: offset + gap.length, length: payload.length, startMs, endMs: end, rawLength: raw.length, cols, rows, hash: '' });
    offset += gap.length + payload.length;
  }
  const index: RecordingIndex = { version: 1, sessionId: 's', cols, rows, startedAt: '2026-11-20T21:00:00Z', durationMs: end, complete: true, chunks: entries, marks: [], people: { [TOMAS]: 'Tomas', [ADA]: 'Ada' } };
  return { index, container: joinBytes(parts) };
}
