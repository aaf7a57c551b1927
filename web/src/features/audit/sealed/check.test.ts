import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkEntry, verdictOf, type CheckStep } from './check';
import { readCheckpoint } from './checkpoint';
import { realEvent, realKeys, realProof } from './testing';

const states = (steps: CheckStep[]) => Object.fromEntries(steps.map(({ key, state }) => [key, state]));
const entry = realProof.entry ?? {};

test('an entry of a real log holds, step by step', async () => {
  const steps = await checkEntry(realEvent, realProof, realKeys);
  assert.deepEqual(states(steps), { shown: 'holds', leaf: 'holds', path: 'holds', log: 'holds', signature: 'holds' });
  assert.equal(verdictOf(steps), 'holds');
  assert.equal(steps.find(({ key }) => key === 'path')?.path?.length, realProof.hashes.length);
});

test('where it fails is told', async () => {
  const fails = async (event: Partial<typeof realEvent>, proof: Partial<typeof realProof>, keys = realKeys) => {
    const steps = await checkEntry({ ...realEvent, ...event }, { ...realProof, ...proof }, keys);
    assert.equal(verdictOf(steps), 'fails');
    return steps.filter(({ state }) => state === 'fails').map(({ key }) => key);
  };
  assert.deepEqual(await fails({ sentence: 'Nothing happened' }, {}), ['shown']);
  assert.deepEqual(await fails({ actor: null }, {}), ['shown']);
  assert.deepEqual(await fails({ details: { ...realEvent.details, more: 1 } }, {}), ['shown']);
  assert.deepEqual(await fails({ riskLevel: 'info' }, { entry: { ...entry, riskLevel: 'info' } }), ['leaf']);
  assert.deepEqual(await fails({}, { leafHash: '00'.repeat(32) }), ['leaf', 'path']);
  assert.deepEqual(await fails({}, { seq: realProof.seq - 1 }), ['path']);
  assert.deepEqual(await fails({}, { hashes: realProof.hashes.slice(1) }), ['path']);
  assert.deepEqual(await fails({}, { hashes: ['zz', ...realProof.hashes.slice(1)] }), ['path']);
  assert.deepEqual(await fails({}, { checkpoint: 'nonsense' }), ['path']);
  assert.deepEqual(await fails({}, { checkpoint: realProof.checkpoint.replace('\n26\n', '\n27\n') }), ['path', 'signature']);
  assert.deepEqual(await fails({}, {}, []), ['signature']);
  const other = '01a20154-63a2-721f-b368-eb8d3ec804bd';
  assert.deepEqual(await fails({ organizationId: other }, {}), ['shown', 'log']);
});

test('erased detail leaves the leaf what it was, and removed content is told and no proof of what it said', async () => {
  // SHA-256(salt ‖ 1 ‖ value) of the name in the entry, as the server leaves it after an erasure.
  const { createHash } = await import('node:crypto');
  const { salt, value } = entry.actorName as { salt: string; value: string };
  const commitment = createHash('sha256').update(Buffer.from(salt, 'hex')).update(Uint8Array.of(1)).update(value).digest('hex');
  const erased = await checkEntry({ ...realEvent, actor: { ...realEvent.actor, name: '' } as typeof realEvent.actor }, { ...realProof, entry: { ...entry, actorName: { commitment } } }, realKeys);
  assert.equal(verdictOf(erased), 'holds');
  assert.match(erased[0]?.words ?? '', /erased since: name/);

  const removed = await checkEntry(realEvent, { ...realProof, entry: null }, realKeys);
  assert.deepEqual(states(removed), { shown: 'open', leaf: 'open', path: 'holds', log: 'holds', signature: 'holds' });
  assert.equal(verdictOf(removed), 'open');
  assert.equal(readCheckpoint(realProof.checkpoint)?.size, 26);
});
