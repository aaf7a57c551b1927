// A signed checkpoint: a C2SP signed note (c2sp.org/signed-note) with a C2SP checkpoint in it (c2sp.org/tlog-checkpoint).
import { HASH_LENGTH, fromBase64, same, sha256, utf8, type Bytes } from './bytes';

export interface Checkpoint {
  /** Whose log: `sallyport.audit/<organization id>`. */
  origin: string;
  size: number;
  root: Bytes;
  /** What is signed. */
  text: string;
  signatures: { name: string; keyHash: Bytes; signature: Bytes }[];
}

const ED25519_TYPE = 1;

export function originOf(organizationId: string): string {
  return `sallyport.audit/${organizationId}`;
}

export function readCheckpoint(note: string): Checkpoint | undefined {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) return undefined;
  const [origin = '', digits = '', encoded = '', ...extensions] = note.slice(0, end).split('\n');
  const root = fromBase64(encoded);
  const size = Number(digits);
  if (origin === '' || !/^(0|[1-9]\d{0,15})$/.test(digits) || root?.length !== HASH_LENGTH || extensions.includes('')) return undefined;
  const signatures = note.slice(end + 2, -1).split('\n').map(readSignature);
  if (!signatures.every((each) => each !== undefined)) return undefined;
  return { origin, size, root, text: note.slice(0, end + 1), signatures };
}

function readSignature(line: string): Checkpoint['signatures'][number] | undefined {
  const parts = /^— (\S+) (\S+)$/.exec(line);
  const bytes = parts === null ? undefined : fromBase64(parts[2] ?? '');
  if (parts === null || bytes === undefined || bytes.length <= 4) return undefined;
  return { name: parts[1] ?? '', keyHash: bytes.slice(0, 4), signature: bytes.slice(4) };
}

/** How a signature stands: by the key, by none of ours, wrong, or this browser cannot tell. */
export type Signed = 'good' | 'other_key' | 'wrong' | 'unknown';

/** @param key 32 bytes of Ed25519. The checkpoint must be signed under its own log's name. */
export async function verifyCheckpoint(checkpoint: Checkpoint, key: Bytes): Promise<Signed> {
  const keyHash = (await sha256(utf8(`${checkpoint.origin}\n`), Uint8Array.of(ED25519_TYPE), key)).slice(0, 4);
  const signed = checkpoint.signatures.find((each) => each.name === checkpoint.origin && same(each.keyHash, keyHash));
  if (signed === undefined) return 'other_key';
  let imported: CryptoKey;
  try {
    imported = await crypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify']);
  } catch {
    return 'unknown';
  }
  return (await crypto.subtle.verify('Ed25519', imported, signed.signature, utf8(checkpoint.text))) ? 'good' : 'wrong';
}
