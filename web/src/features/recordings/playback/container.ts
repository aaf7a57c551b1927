// A chunk of a recording, expanded: events back to back, each `u8 kind, u32 LE ms since the start, u32 LE length, payload`.

export interface Marker {
  kind: string;
  text: string;
  userId?: string | null;
}

export type RecordedEvent =
  | { kind: 'output'; at: number; bytes: Uint8Array }
  | { kind: 'input'; at: number; userId: string; bytes: Uint8Array }
  | { kind: 'resize'; at: number; cols: number; rows: number }
  | { kind: 'marker'; at: number; marker: Marker };

export interface Events {
  events: RecordedEvent[];
  /** The bytes end in the middle of an event, or are none from some place on. What stands before that is good. */
  damaged: boolean;
}

const HEAD = 9;
const OUTPUT = 0x6f;
const INPUT = 0x69;
const RESIZE = 0x72;
const MARKER = 0x6d;

const text = new TextDecoder();

export function readEvents(raw: Uint8Array): Events {
  const events: RecordedEvent[] = [];
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  let at = 0;
  while (at < raw.length) {
    if (at + HEAD > raw.length) return { events, damaged: true };
    const end = at + HEAD + view.getUint32(at + 5, true);
    if (end > raw.length) return { events, damaged: true };
    const event = readEvent(view.getUint8(at), view.getUint32(at + 1, true), raw.subarray(at + HEAD, end));
    if (event === undefined) return { events, damaged: true };
    events.push(event);
    at = end;
  }
  return { events, damaged: false };
}

function readEvent(kind: number, at: number, payload: Uint8Array): RecordedEvent | undefined {
  switch (kind) {
    case OUTPUT:
      return { kind: 'output', at, bytes: payload };
    case INPUT:
      return payload.length < 16 ? undefined : { kind: 'input', at, userId: uuidOf(payload.subarray(0, 16)), bytes: payload.subarray(16) };
    case RESIZE:
      return payload.length === 4 ? resize(at, payload) : undefined;
    case MARKER:
      return marker(at, payload);
    default:
      return undefined;
  }
}

function resize(at: number, payload: Uint8Array): RecordedEvent | undefined {
  const view = new DataView(payload.buffer, payload.byteOffset, 4);
  const [cols, rows] = [view.getUint16(0, true), view.getUint16(2, true)];
  return cols === 0 || rows === 0 ? undefined : { kind: 'resize', at, cols, rows };
}

function marker(at: number, payload: Uint8Array): RecordedEvent | undefined {
  try {
    const value = JSON.parse(text.decode(payload)) as Partial<Marker> | null;
    if (typeof value?.kind !== 'string' || typeof value.text !== 'string') return undefined;
    return { kind: 'marker', at, marker: { kind: value.kind, text: value.text, userId: value.userId } };
  } catch {
    return undefined;
  }
}

function uuidOf(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
