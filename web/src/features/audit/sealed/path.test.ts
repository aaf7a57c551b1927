import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex, leafHash, nodeHash, same, toHex, type Bytes } from './bytes';
import { walk } from './path';

/** Of the reference implementation of Certificate Transparency: leaves, and the root over each and those before it. */
const VECTORS = [
  ['', '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
  ['00', 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
  ['10', 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
  ['2021', 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'],
  ['3031', '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'],
  ['40414243', '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef'],
  ['5051525354555657', 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'],
  ['606162636465666768696a6b6c6d6e6f', '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
] as const;

const leaves = Promise.all(VECTORS.map(([entry]) => leafHash(fromHex(entry) ?? new Uint8Array())));

/** RFC 6962, 2.1, as it is written there. */
async function rootOf(part: readonly Bytes[]): Promise<Bytes> {
  const [first = new Uint8Array()] = part;
  if (part.length <= 1) return first;
  const half = 2 ** Math.floor(Math.log2(part.length - 1));
  return nodeHash(await rootOf(part.slice(0, half)), await rootOf(part.slice(half)));
}

async function proofOf(index: number, part: readonly Bytes[]): Promise<Bytes[]> {
  if (part.length <= 1) return [];
  const half = 2 ** Math.floor(Math.log2(part.length - 1));
  return index < half
    ? [...(await proofOf(index, part.slice(0, half))), await rootOf(part.slice(half))]
    : [...(await proofOf(index - half, part.slice(half))), await rootOf(part.slice(0, half))];
}

test('every leaf of every tree leads to the root that Certificate Transparency gives it, and to none from another place', async () => {
  const all = await leaves;
  for (const [at, [, root]] of VECTORS.entries()) {
    const tree = all.slice(0, at + 1);
    assert.equal(toHex(await rootOf(tree)), root);
    for (const [index, leaf] of tree.entries()) {
      const proof = await proofOf(index, tree);
      const path = await walk(leaf, index, tree.length, proof);
      assert.equal(path.root && toHex(path.root), root);
      assert.equal(path.steps.length, proof.length);
      for (let wrong = 0; wrong <= tree.length; wrong += 1) {
        const other = (await walk(leaf, wrong, tree.length, proof)).root;
        assert.equal(other !== undefined && toHex(other) === root, wrong === index, `leaf ${index} of ${tree.length} at ${wrong}`);
      }
    }
  }
});

test('a proof that is too short, too long or for no place leads nowhere', async () => {
  const all = await leaves;
  const [first = new Uint8Array()] = all;
  const proof = await proofOf(0, all);
  assert.equal((await walk(first, 0, 8, proof.slice(1))).root, undefined);
  assert.equal((await walk(first, 0, 8, [...proof, first])).root, undefined);
  for (const place of [-1, 8, 0.5, Number.NaN]) assert.equal((await walk(first, place, 8, proof)).root, undefined);
});

test('a place beyond 32 bits is still a place', async () => {
  const [one = new Uint8Array(), two = new Uint8Array()] = await leaves;
  // The last leaf of a log of 2^40 + 1 entries stands alone beside the whole tree before it.
  const { root, steps } = await walk(one, 2 ** 40, 2 ** 40 + 1, [two]);
  assert.ok(root !== undefined && same(root, await nodeHash(two, one)));
  assert.deepEqual(steps.map(({ side }) => side), ['left']);
});
