// The way from a leaf to the root: RFC 9162, 2.1.3.2, told step by step.
import { nodeHash, type Bytes } from './bytes';

export interface PathStep {
  /** The hash that the proof brings, and where it stands beside what was computed so far. */
  beside: Bytes;
  side: 'left' | 'right';
  /** Of both. */
  hash: Bytes;
}

export interface Path {
  steps: PathStep[];
  /** What the proof leads to; undefined where it is too short or too long for that place in a log of that size. */
  root: Bytes | undefined;
}

export async function walk(leaf: Bytes, index: number, size: number, proof: readonly Bytes[]): Promise<Path> {
  const steps: PathStep[] = [];
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return { steps, root: undefined };
  // Logs outgrow the 32 bits of bitwise operators.
  const half = (number: number) => Math.floor(number / 2);
  let [at, last, hash] = [index, size - 1, leaf];
  for (const beside of proof) {
    if (last === 0) return { steps, root: undefined };
    if (at % 2 === 1 || at === last) {
      hash = await nodeHash(beside, hash);
      steps.push({ beside, side: 'left', hash });
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      hash = await nodeHash(hash, beside);
      steps.push({ beside, side: 'right', hash });
    }
    [at, last] = [half(at), half(last)];
  }
  return { steps, root: last === 0 ? hash : undefined };
}
