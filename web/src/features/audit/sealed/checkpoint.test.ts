import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromBase64 } from './bytes';
import { originOf, readCheckpoint, verifyCheckpoint } from './checkpoint';
import { realEvent, realKeys, realProof } from './testing';

const key = () => fromBase64(realKeys[0]?.publicKey ?? '') ?? new Uint8Array();
const note = realProof.checkpoint;

test('a signed checkpoint is read and believed by its key alone', async () => {
  const checkpoint = readCheckpoint(note);
  assert.ok(checkpoint !== undefined);
  assert.equal(checkpoint.origin, originOf(realEvent.organizationId));
  assert.equal(checkpoint.size, realProof.size);
  assert.equal(await verifyCheckpoint(checkpoint, key()), 'good');
  assert.equal(await verifyCheckpoint(checkpoint, key().map((byte) => byte ^ 1)), 'other_key');
});

test('whatever letter of a checkpoint is changed, it is believed no more', async () => {
  for (let at = 0; at < note.length; at += 1) {
    const other = `${note.slice(0, at)}${note[at] === 'A' ? 'B' : 'A'}${note.slice(at + 1)}`;
    const checkpoint = readCheckpoint(other);
    // The last letter of a base64 text may have bits that mean nothing.
    if (checkpoint === undefined || other.slice(at + 1).startsWith('=')) continue;
    assert.notEqual(await verifyCheckpoint(checkpoint, key()), 'good', `letter ${at}`);
  }
  for (const other of ['', '\n\n', note.slice(0, -1), note.replace('\n\n', '\n'), note.replace('\n26\n', '\n026\n'), note.replace('\n26\n', '\n-1\n')]) assert.equal(readCheckpoint(other), undefined);
});
