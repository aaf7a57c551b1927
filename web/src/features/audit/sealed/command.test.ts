import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyCommand } from './command';

test('the command names every key, and a place for one where none is known', () => {
  assert.equal(verifyCommand('o', [{ publicKey: 'new=' }, { publicKey: 'old=' }]), 'sallyport audit verify-bundle sallyport-audit-o.ndjson --key new= --key old=');
  assert.equal(verifyCommand('o', []), 'sallyport audit verify-bundle sallyport-audit-o.ndjson --key KEY');
});
