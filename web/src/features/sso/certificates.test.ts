import assert from 'node:assert/strict';
import { test } from 'node:test';
import { certificateState, ownRotationWords, ownWords, pairs, rotationWords } from './certificates';

const now = Date.parse('2026-11-21T12:00:00Z');
const of = (notBefore: string, notAfter: string, supported = true) => certificateState({ notBefore, notAfter, supported }, now);

test('a certificate is believed between its dates alone, and says when it comes to its end', () => {
  assert.equal(of('2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z'), 'valid');
  assert.equal(of('2026-01-01T00:00:00Z', '2026-11-30T00:00:00Z'), 'ending');
  assert.equal(of('2026-01-01T00:00:00Z', '2026-11-21T12:00:00Z'), 'ended');
  assert.equal(of('2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z'), 'ahead');
  assert.equal(of('2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z', false), 'unusable');
});

test('what there is to do for a change of certificates follows from what is known', () => {
  assert.match(rotationWords(['valid', 'valid'], true), /any of these/);
  assert.match(rotationWords(['valid', 'ahead'], true), /beside the old one/);
  assert.match(rotationWords(['ending'], false), /given by hand/);
  assert.match(rotationWords(['ended'], true), /No certificate is valid now/);
});

test('ours say what each is for, and what there is to do while they change', () => {
  assert.equal(ownWords('signs', 'valid').look, 'on');
  assert.match(ownWords('signs', 'ending').words, /ends soon/);
  assert.equal(ownWords('signs', 'ended').look, 'bad');
  assert.match(ownWords('next', 'valid').words, /signs next/);
  assert.match(ownWords('former', 'ending').words, /nothing more/);
  assert.match(ownRotationWords(['signs']), /renewed by itself/);
  assert.match(ownRotationWords(['signs', 'next']), /download the metadata now/);
  assert.match(ownRotationWords(['signs', 'former']), /change is done/);
});

test('a fingerprint as other programs show it', () => assert.equal(pairs('0aff10'), '0A:FF:10'));
