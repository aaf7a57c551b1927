import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChunkStore } from './chunks';
import { readEvents } from './container';
import { survey, type Findings } from './survey';
import { ADA, input, joinBytes, output, recordingOf, resize, TOMAS } from './testing';
import { TypedLines } from './typed';

function linesOf(...events: Uint8Array[]): string[] {
  const typed = new TypedLines();
  for (const event of readEvents(joinBytes(events)).events) typed.add(event);
  typed.end();
  return typed.lines.map(({ userId, parts }) => `${userId === TOMAS ? 'T' : 'A'} ${parts.map(({ kind, text, length }) => (kind === 'text' ? text : kind === 'key' ? `<${text}${length > 1 ? `×${length}` : ''}>` : `{${length}}`)).join('')}`);
}

/** Keys that the shell shows again, one by one. */
function echoed(at: number, text: string, person = TOMAS): Uint8Array[] {
  return Array.from(text).flatMap((letter, index) => [input(at + index * 80, letter, person), output(at + index * 80 + 5, letter === '\r' ? '\r\n' : letter)]);
}

test('keys become lines of a person', () => {
  assert.deepEqual(linesOf(output(0, '$ '), ...echoed(10, 'ls -l\r'), output(600, 'total 0\r\n$ '), ...echoed(2_000, 'id\r', ADA)), ['T ls -l', 'A id']);
});

test('at43_a_password_at_a_prompt_is_hidden', () => {
  assert.deepEqual(
    linesOf(...echoed(0, 'sudo -i\r'), output(700, '[sudo] password for ops: '), ...Array.from('hunter2!').map((letter, at) => input(1_000 + at * 90, letter)), input(1_900, '\r'), output(1_905, '\r\n'), output(2_500, 'root@web-01:~# ')),
    ['T sudo -i', 'T {8}'],
  );
});

test('at43_a_password_that_was_pasted_or_shown_as_stars_is_hidden', () => {
  assert.deepEqual(linesOf(output(0, 'Password: '), input(500, 'hunter2!\r'), output(510, '\r\n'), output(900, 'Last login: today\r\n$ ')), ['T {8}']);
  assert.deepEqual(linesOf(output(0, 'Password: '), ...Array.from('abc').flatMap((letter, at) => [input(500 + at * 90, letter), output(501 + at * 90, '*')]), input(900, '\r'), output(901, '\r\n')), ['T {3}']);
});

test('at43_a_password_stays_hidden_while_other_output_runs', () => {
  assert.deepEqual(linesOf(output(0, 'Password: '), input(500, 'hunt'), output(520, 'job done'), input(540, 'er2!'), input(600, '\r'), output(601, '\r\n')), ['T {8}']);
});

test('at43_a_password_stays_hidden_under_a_running_log', () => {
  const log = 'the quick brown fox jumps over the lazy dog';
  assert.deepEqual(linesOf(output(0, 'Password: '), ...Array.from('hunter2!').flatMap((letter, at) => [input(500 + at * 90, letter), output(510 + at * 90, `${log.slice(at)}\r\n`)]), input(1_300, '\r')), ['T {8}']);
});

test('a key that a pager took does not hide the command after it', () => {
  assert.deepEqual(linesOf(input(0, 'q'), output(5, '\u001b[2J$ '), ...echoed(2_000, 'systemctl status nginx\r')), ['T qsystemctl status nginx']);
});

test('echo that lags behind is echo', () => {
  assert.deepEqual(linesOf(input(0, 'l'), input(60, 's'), output(100, 'l'), input(120, ' '), output(160, 's'), input(180, '/'), output(220, ' '), output(280, '/'), input(300, '\r'), output(400, '\r\n')), ['T ls /']);
});

test('a paste is seen by its echo, line by line', () => {
  assert.deepEqual(linesOf(input(0, '\u001b[200~cd /srv\rls\u001b[201~'), output(5, 'cd /srv\r\nls'), input(300, '\r'), output(305, '\r\n')), ['T cd /srv', 'T ls']);
});

test('keys have names, and answers of the terminal are none', () => {
  assert.deepEqual(linesOf(input(0, '\u0003'), input(5, '\u001b[A\u001b[A'), input(7, '\u001b[24;80R'), input(9, '\t'), input(10, '\u001bf'), input(11, '\u001b'), output(12, ' ')), ['T <Ctrl C><↑×2><Tab><Alt f><Esc>']);
});

test('single keys that a program took are told', () => {
  assert.deepEqual(linesOf(input(0, 'd'), output(5, '\u001b[2;1H\u001b[Ktext'), input(200, 'd'), output(205, '\u001b[2;1H\u001b[Kmore')), ['T dd']);
});

test('a long pause begins another line', () => {
  assert.deepEqual(linesOf(...echoed(0, 'ls'), ...echoed(60_000, 'id')), ['T ls', 'T id']);
});

test('a letter cut between two inputs is whole', () => {
  const [head, tail] = [Uint8Array.of(0xc3), Uint8Array.of(0xa4)];
  const typed = new TypedLines();
  typed.add({ kind: 'input', at: 0, userId: TOMAS, bytes: head });
  typed.add({ kind: 'input', at: 1, userId: TOMAS, bytes: tail });
  typed.add({ kind: 'output', at: 2, bytes: new TextEncoder().encode('ä') });
  typed.end();
  assert.equal(typed.lines[0]?.parts[0]?.text, 'ä');
});

test('a recording read through tells what is in it', async () => {
  const { index, container } = recordingOf([[output(0, 'x'.repeat(1000)), ...echoed(100, 'ls\r')], [resize(5_000, 120, 40), output(10_000, 'end')]]);
  let told: Findings | undefined;
  await survey(new ChunkStore(index.chunks, (offset, length) => Promise.resolve(container.subarray(offset, offset + length))), index.durationMs, { wanted: () => true, wait: () => false }, (findings) => {
    told = findings;
  });
  assert.equal(told?.typed.length, 1);
  assert.deepEqual(told.resizes, [{ at: 5_000, kind: 'resize', text: '120 × 40' }]);
  assert.equal(told.activity[0], 1);
  assert.equal(told.typing.filter(Boolean).length, 3);
  assert.equal(told.read, told.of);
});
