// Verifies one entry in this page, step by step: what is shown, the leaf, the way to the root, the signature over it.
import type { AuditEvent, AuditProof } from '@/shared/api/types';
import { HASH_LENGTH, fromBase64, fromHex, leafHash, same, toHex, type Bytes } from './bytes';
import { originOf, readCheckpoint, verifyCheckpoint, type Signed } from './checkpoint';
import { compare, fieldWords } from './compare';
import { encode } from './entry';
import { walk, type PathStep } from './path';

export type StepKey = 'shown' | 'leaf' | 'path' | 'log' | 'signature';
/** `open`: could not be looked at, and why stands in the words. */
export type StepState = 'holds' | 'fails' | 'open';

export interface CheckStep {
  key: StepKey;
  state: StepState;
  words: string;
  /** Hashes to compare with, each with a name. */
  hashes?: { name: string; hash: string }[];
  path?: { side: PathStep['side']; beside: string; hash: string }[];
}

/** A public key of ours, as it is published. */
export interface PublicKey {
  keyId: string;
  publicKey: string;
}

export async function checkEntry(event: AuditEvent, proof: AuditProof, keys: readonly PublicKey[]): Promise<CheckStep[]> {
  const leaf = fromHex(proof.leafHash);
  return [shownStep(event, proof), await leafStep(proof, leaf), ...(await treeSteps(event, proof, leaf, keys))];
}

function shownStep(event: AuditEvent, { entry }: AuditProof): CheckStep {
  const key = 'shown';
  if (entry == null) return { key, state: 'open', words: 'The content of this entry was removed when its time was over. Only its leaf is left, and it stays where it was.' };
  const { differ, erased } = compare(event, entry);
  const list = (names: typeof differ) => names.map((name) => fieldWords[name]).join(', ');
  if (differ.length > 0) return { key, state: 'fails', words: `What is shown here is not what was sealed: ${list(differ)}.` };
  if (erased.length > 0) return { key, state: 'holds', words: `What is shown is what was sealed, but for personal detail that was erased since: ${list(erased)}.` };
  return { key, state: 'holds', words: 'All 22 fields that are shown here are the sealed ones.' };
}

async function leafStep({ entry, leafHash: told }: AuditProof, leaf: Bytes | undefined): Promise<CheckStep> {
  const key = 'leaf';
  if (entry == null) return { key, state: 'open', words: 'Without its content the leaf cannot be computed again; the next steps take it as it is told.', hashes: [{ name: 'Told', hash: told }] };
  const bytes = await encode(entry);
  if (bytes === undefined) return { key, state: 'fails', words: 'The sealed entry is not written as version 1 of the format says.' };
  const computed = await leafHash(bytes);
  const hashes = [{ name: 'Computed', hash: toHex(computed) }];
  if (leaf !== undefined && same(computed, leaf)) return { key, state: 'holds', words: `SHA-256 over the ${bytes.length.toLocaleString()} bytes of the entry is its leaf.`, hashes };
  return { key, state: 'fails', words: 'The hash of the entry is not its leaf: one of them was changed.', hashes: [...hashes, { name: 'Told', hash: told }] };
}

async function treeSteps(event: AuditEvent, proof: AuditProof, leaf: Bytes | undefined, keys: readonly PublicKey[]): Promise<CheckStep[]> {
  const checkpoint = readCheckpoint(proof.checkpoint);
  if (checkpoint === undefined) return [{ key: 'path', state: 'fails', words: 'The checkpoint is not written as one, so there is no root to lead to.' }];
  const hashes = proof.hashes.map(fromHex).filter((hash) => hash?.length === HASH_LENGTH) as Bytes[];
  const { steps, root } = leaf === undefined || hashes.length !== proof.hashes.length ? { steps: [], root: undefined } : await walk(leaf, proof.seq, checkpoint.size, hashes);
  const leads = root !== undefined && same(root, checkpoint.root);
  const place = `entry ${(proof.seq + 1).toLocaleString()} of ${checkpoint.size.toLocaleString()}`;
  const ours = checkpoint.origin === originOf(event.organizationId);
  return [
    {
      key: 'path',
      state: leads ? 'holds' : 'fails',
      words: leads ? `From the leaf, as ${place}, ${hashes.length} hashes lead to the root.` : `As ${place}, the leaf and the hashes do not lead to the root of the checkpoint.`,
      path: steps.map(({ side, beside, hash }) => ({ side, beside: toHex(beside), hash: toHex(hash) })),
      hashes: [{ name: 'Root of the checkpoint', hash: toHex(checkpoint.root) }],
    },
    { key: 'log', state: ours ? 'holds' : 'fails', words: ours ? `The checkpoint is of the log of ${event.organizationName}.` : `The checkpoint is of another log: ${checkpoint.origin}.` },
    await signatureStep(proof.checkpoint, keys),
  ];
}

const signedWords: Record<Signed, string> = {
  good: 'Signed by our key',
  other_key: 'The checkpoint is not signed by any key that we publish.',
  wrong: 'The signature is not one over this checkpoint: something in it was changed.',
  unknown: 'This browser knows no Ed25519, so it cannot check the signature. The offline verifier can.',
};

export async function signatureStep(note: string, keys: readonly PublicKey[]): Promise<CheckStep> {
  const { signed, keyId } = await signatureOf(note, keys);
  const state = signed === 'good' ? 'holds' : signed === 'unknown' ? 'open' : 'fails';
  return { key: 'signature', state, words: signed === 'good' ? `${signedWords.good} ${keyId ?? ''}.` : signedWords[signed] };
}

/** Whether one of these keys signed this note, and which. */
export async function signatureOf(note: string, keys: readonly PublicKey[]): Promise<{ signed: Signed; keyId?: string }> {
  const checkpoint = readCheckpoint(note);
  if (checkpoint === undefined) return { signed: 'wrong' };
  for (const { keyId, publicKey } of keys) {
    const key = fromBase64(publicKey);
    const signed = key?.length === 32 ? await verifyCheckpoint(checkpoint, key) : 'other_key';
    if (signed !== 'other_key') return { signed, keyId };
  }
  return { signed: 'other_key' };
}

/** The worst of them: one that fails spoils all, and what could not be looked at is no proof. */
export function verdictOf(steps: readonly CheckStep[]): StepState {
  if (steps.some(({ state }) => state === 'fails')) return 'fails';
  return steps.some(({ state }) => state === 'open') ? 'open' : 'holds';
}
