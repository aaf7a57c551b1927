// An entry of the log as the bytes that its leaf is the hash of: docs/audit-log.md, "What is sealed", version 1.
import { HASH_LENGTH, fromHex, joined, sha256, utf8, type Bytes } from './bytes';

const VERSION = 1;
const SALT_LENGTH = 16;

/** Personal detail: a value with its salt, or what is left of it when it was erased. */
export type Personal = { salt: Bytes; value: string | null } | { commitment: Bytes };

/** The fields in the order of their bytes, each with what it is. */
const FIELDS = [
  ['organizationId', 'id'],
  ['id', 'id'],
  ['occurredAt', 'instant'],
  ['code', 'text'],
  ['outcome', 'text'],
  ['riskLevel', 'text'],
  ['controls', 'list'],
  ['sentence', 'personal'],
  ['actorId', 'id'],
  ['actorOrganizationId', 'id'],
  ['actorName', 'personal'],
  ['actorEmail', 'personal'],
  ['actorRole', 'text'],
  ['targetType', 'text'],
  ['targetId', 'id'],
  ['targetName', 'personal'],
  ['sessionId', 'id'],
  ['clientIp', 'personal'],
  ['userAgent', 'personal'],
  ['requestId', 'id'],
  ['policyIds', 'list'],
  ['details', 'personal'],
] as const;

export type FieldName = (typeof FIELDS)[number][0];
type Kind = (typeof FIELDS)[number][1];
export type Entry = Readonly<Record<string, unknown>>;

/** The bytes of an entry; undefined where a field is none. */
export async function encode(entry: Entry): Promise<Bytes | undefined> {
  const parts: Bytes[] = [Uint8Array.of(VERSION)];
  for (const [name, kind] of FIELDS) {
    const bytes = await encodeField(kind, entry[name]);
    if (bytes === undefined) return undefined;
    parts.push(bytes);
  }
  // What has no place in the bytes was never sealed.
  return Object.keys(entry).every((name) => FIELDS.some(([known]) => known === name)) ? joined(parts) : undefined;
}

function encodeField(kind: Kind, value: unknown): Promise<Bytes | undefined> | Bytes | undefined {
  switch (kind) {
    case 'id':
      return optional(value, idBytes);
    case 'text':
      return optional(value, lengthAndText);
    case 'instant':
      return typeof value === 'string' ? instantBytes(value) : undefined;
    case 'list':
      return isTexts(value) ? joined([lengthBytes(value.length), ...value.map(lengthAndText)]) : undefined;
    case 'personal': {
      const personal = readPersonal(value);
      return personal && commitmentOf(personal);
    }
  }
}

function optional(value: unknown, encoded: (text: string) => Bytes | undefined): Bytes | undefined {
  if (value === null || value === undefined) return Uint8Array.of(0);
  const bytes = typeof value === 'string' ? encoded(value) : undefined;
  return bytes && joined([Uint8Array.of(1), bytes]);
}

function idBytes(text: string): Bytes | undefined {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text) ? fromHex(text.replaceAll('-', '')) : undefined;
}

function lengthBytes(length: number): Bytes {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, length);
  return bytes;
}

function lengthAndText(text: string): Bytes {
  const bytes = utf8(text);
  return joined([lengthBytes(bytes.length), bytes]);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

/** Microseconds since 1970: more than a Date holds, so the fraction is read by hand. */
function instantBytes(text: string): Bytes | undefined {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?Z$/.exec(text);
  const seconds = Date.parse(`${parts?.[1] ?? ''}Z`);
  if (parts === null || Number.isNaN(seconds)) return undefined;
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(seconds) * 1000n + BigInt((parts[2] ?? '').padEnd(6, '0')));
  return bytes;
}

export function readPersonal(value: unknown): Personal | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { salt, value: said, commitment } = value as Record<string, unknown>;
  if (typeof commitment === 'string') {
    const bytes = fromHex(commitment);
    return bytes?.length === HASH_LENGTH ? { commitment: bytes } : undefined;
  }
  const bytes = typeof salt === 'string' ? fromHex(salt) : undefined;
  return bytes?.length === SALT_LENGTH && (said === null || typeof said === 'string') ? { salt: bytes, value: said } : undefined;
}

function commitmentOf(personal: Personal): Promise<Bytes> | Bytes {
  if ('commitment' in personal) return personal.commitment;
  const { salt, value } = personal;
  return value === null ? sha256(salt, Uint8Array.of(0)) : sha256(salt, Uint8Array.of(1), utf8(value));
}
