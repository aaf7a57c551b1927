import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgePaste, MAX_PASTE, sanitizePaste, visibleText } from './paste';

test('r02_markers_inside_pasted_text_are_removed', () => {
  assert.equal(sanitizePaste('ls\u001b[201~; rm -rf /\n'), 'ls; rm -rf /\n');
  assert.equal(sanitizePaste('\u001b[200~a\u009b201~b'), 'ab');
  assert.equal(sanitizePaste('\u001b[20\u001b[201~1~x'), 'x');
  assert.equal(sanitizePaste('ünï€ \u001b[31mred'), 'ünï€ \u001b[31mred');
});

test('r02_no_marker_survives_however_it_is_nested', () => {
  const parts = ['\u001b[20', '\u001b[201~', '1~', '0~', '\u001b[200~', '\u009b20', 'x'];
  let seed = 7;
  const next = (below: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed >>> 8) % below;
  };
  for (let round = 0; round < 2000; round += 1) {
    const text = Array.from({ length: next(20) }, () => parts[next(parts.length)]).join('');
    const clean = sanitizePaste(text);
    for (const marker of ['\u001b[200~', '\u001b[201~', '\u009b200~', '\u009b201~']) assert.ok(!clean.includes(marker), JSON.stringify(text));
  }
});

test('a line or two go at once, what runs by itself or is much asks', () => {
  assert.equal(judgePaste('uptime', false).verdict, 'send');
  assert.equal(judgePaste('uptime\n', false).verdict, 'send');
  assert.equal(judgePaste('cd /srv\nls\n', false).verdict, 'ask');
  assert.equal(judgePaste('cd /srv\nls\n', true).verdict, 'send');
  assert.equal(judgePaste('x\n'.repeat(11), true).verdict, 'ask');
  assert.equal(judgePaste('x'.repeat(5000), true).verdict, 'ask');
  assert.deepEqual(judgePaste('a\u001b[31m', true), { lines: 1, characters: 6, controls: 1, verdict: 'ask' });
  assert.equal(judgePaste('x'.repeat(MAX_PASTE + 1), true).verdict, 'refuse');
});

test('what is asked about shows its control characters', () => {
  assert.equal(visibleText('a\u001b[31m\r\nb\u0000\u009b', 100), 'a␛[31m\nb␀\ufffd');
  assert.equal(visibleText('abcdef', 3), 'abc…');
});
