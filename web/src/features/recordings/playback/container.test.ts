import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expand } from './chunks';
import { readEvents } from './container';
import { input, joinBytes, marker, output, resize, stored, TOMAS } from './testing';

const all = [output(5, 'hällo'), input(6, 'ls\r'), resize(7, 120, 40), marker(8, 'viewer_joined', 'Ada')];

test('events are read as they were written', () => {
  const { events, damaged } = readEvents(joinBytes(all));
  assert.equal(damaged, false);
  assert.deepEqual(events.map((event) => [event.kind, event.at]), [['output', 5], ['input', 6], ['resize', 7], ['marker', 8]]);
  const [first, second, third, fourth] = events;
  assert.ok(first?.kind === 'output' && new TextDecoder().decode(first.bytes) === 'hällo');
  assert.ok(second?.kind === 'input' && second.userId === TOMAS && new TextDecoder().decode(second.bytes) === 'ls\r');
  assert.ok(third?.kind === 'resize' && third.cols === 120 && third.rows === 40);
  assert.ok(fourth?.kind === 'marker' && fourth.marker.text === 'Ada');
});

test('r04_a_chunk_cut_at_every_byte_gives_what_stands_before_the_cut', () => {
  const raw = joinBytes(all);
  const ends = all.map((_, at) => joinBytes(all.slice(0, at + 1)).length);
  for (let cut = 0; cut <= raw.length; cut += 1) {
    const { events, damaged } = readEvents(raw.subarray(0, cut));
    assert.equal(events.length, ends.filter((end) => end <= cut).length, `cut at ${cut}`);
    assert.equal(damaged, cut !== 0 && !ends.includes(cut), `cut at ${cut}`);
  }
});

test('r04_a_payload_cut_at_every_byte_is_damage_and_no_crash', () => {
  const raw = joinBytes(all);
  const payload = stored(raw);
  for (let cut = 0; cut < payload.length; cut += 1) {
    const chunk = expand(payload.subarray(0, cut), { length: payload.length, rawLength: raw.length });
    assert.notEqual(chunk.damage, null);
    assert.equal(chunk.events.length, 0);
  }
  assert.equal(expand(payload, { length: payload.length, rawLength: raw.length }).damage, null);
});

test('r05_a_byte_changed_anywhere_never_crashes', () => {
  const raw = joinBytes(all);
  const payload = stored(raw);
  for (let at = 0; at < payload.length; at += 1) {
    for (const flip of [0x01, 0x80, 0xff]) {
      const bytes = payload.slice();
      bytes[at] = (bytes[at] ?? 0) ^ flip;
      expand(bytes, { length: payload.length, rawLength: raw.length });
    }
  }
});

test('a chunk that claims another length is damaged', () => {
  const raw = joinBytes(all);
  const payload = stored(raw);
  assert.match(expand(payload, { length: payload.length, rawLength: raw.length + 1 }).damage ?? '', /another length/);
  assert.match(expand(payload, { length: payload.length, rawLength: 2 ** 31 }).damage ?? '', /impossible/);
});

test('what no recorder writes is damage', () => {
  for (const bytes of [[0x78, 0, 0, 0, 0, 0, 0, 0, 0], [0x72, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0], [0x69, 0, 0, 0, 0, 1, 0, 0, 0, 1], [0x6d, 0, 0, 0, 0, 2, 0, 0, 0, 0x7b, 0x7d]]) {
    assert.equal(readEvents(Uint8Array.from(bytes)).damaged, true);
  }
});
