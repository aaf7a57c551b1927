import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChunkStore } from './chunks';
import { Playback, type PlaybackScreen } from './playback';
import { behindReset } from './resets';
import { input, marker, output, recordingOf, resize, type TestRecording } from './testing';

/** A screen that keeps what it was told; what is written is in only after a turn, as with a real one. */
class FakeScreen implements PlaybackScreen {
  log = '';
  resets = 0;
  #queue: Uint8Array[] = [];
  reset = (cols: number, rows: number) => {
    this.resets += 1;
    this.#queue = [];
    this.log = `[${cols}x${rows}]`;
  };
  write = (bytes: Uint8Array) => void this.#queue.push(bytes);
  resize = (cols: number, rows: number) => {
    assert.equal(this.#queue.length, 0, 'a size comes after what was written before it');
    this.log += `[${cols}x${rows}]`;
  };
  flush = async () => {
    await Promise.resolve();
    // A full reset wipes what came before it.
    for (const bytes of this.#queue.splice(0)) this.log += new TextDecoder().decode(bytes);
    const wiped = this.log.lastIndexOf('\u001bc');
    if (wiped >= 0) this.log = this.log.slice(wiped + 2);
  };
  hide = () => undefined;
  pending = () => this.#queue.reduce((sum, bytes) => sum + bytes.length, 0);
}

function stage({ index, container }: TestRecording, fetch?: (offset: number, length: number) => Promise<Uint8Array>) {
  const screen = new FakeScreen();
  let fetches = 0;
  const store = new ChunkStore(index.chunks, (offset, length) => {
    fetches += 1;
    return fetch === undefined ? Promise.resolve(container.subarray(offset, offset + length)) : fetch(offset, length);
  });
  const playback = new Playback({ index, store, screen, explain: () => 'offline' });
  return {
    screen,
    playback,
    fetches: () => fetches,
    /** Plays for so long, in steps of 50 ms. */
    async run(ms: number) {
      for (let passed = 0; passed < ms; passed += 50) {
        await playback.tick(50);
        await screen.flush();
      }
    },
    async shows(expected: string) {
      await screen.flush();
      assert.equal(screen.log, expected);
    },
  };
}

const simple = () => recordingOf([[output(0, 'a'), output(500, 'b'), resize(900, 100, 30), output(1000, 'c')], [output(1500, 'd'), marker(1600, 'end', 'exited'), output(2000, 'e')]]);

test('plays each thing at its time', async () => {
  const on = stage(simple());
  on.playback.play();
  await on.run(100);
  await on.shows('[80x24]a');
  await on.run(450);
  await on.shows('[80x24]ab');
  await on.run(500);
  await on.shows('[80x24]ab[100x30]c');
  await on.run(1200);
  await on.shows('[80x24]ab[100x30]cde');
  assert.equal(on.playback.state.playing, false);
  assert.equal(on.playback.state.at, 2000);
});

test('plays at other speeds and stands still when paused', async () => {
  const on = stage(simple());
  await on.playback.seek(0);
  on.playback.setSpeed(4);
  on.playback.play();
  await on.run(300);
  on.playback.pause();
  const at = on.playback.state.at;
  assert.ok(at >= 1000 && at <= 1250, String(at));
  await on.run(1000);
  assert.equal(on.playback.state.at, at);
});

test('a jump shows exactly what was there, forward, back and again', async () => {
  const on = stage(simple());
  for (const [at, expected] of [[1500, '[80x24]ab[100x30]cd'], [499, '[80x24]a'], [500, '[80x24]ab'], [2000, '[80x24]ab[100x30]cde'], [0, '[80x24]a'], [950, '[80x24]ab[100x30]']] as const) {
    await on.playback.seek(at);
    await on.shows(expected);
    assert.equal(on.playback.state.at, at);
    assert.equal(on.playback.state.busy, null);
  }
});

test('a jump onward does not begin anew', async () => {
  const on = stage(simple());
  await on.playback.seek(500);
  await on.playback.seek(1500);
  assert.equal(on.screen.resets, 1);
});

test('jumps that overtake each other end where the last one went', async () => {
  const on = stage(simple());
  const jumps = [1500, 10, 2000, 600, 1000].map((at) => on.playback.seek(at));
  await Promise.all(jumps);
  await on.shows('[80x24]ab[100x30]c');
});

test('any jumps in any order show what playing to there shows', async () => {
  const chunks = Array.from({ length: 12 }, (_, chunk) => Array.from({ length: 9 }, (_, event) => {
    const at = chunk * 1000 + event * 100;
    if (event === 4 && chunk % 3 === 0) return resize(at, 80 + chunk, 24);
    if (event === 6 && chunk === 5) return output(at, `x\u001bc<${at}>`);
    return event % 3 === 2 ? input(at, 'k') : output(at, `<${at}>`);
  }));
  const recording = recordingOf(chunks);
  const truth = async (at: number) => {
    const fresh = stage(recording);
    await fresh.playback.seek(at);
    await fresh.screen.flush();
    return fresh.screen.log;
  };
  const on = stage(recording);
  let seed = 3;
  for (let round = 0; round < 60; round += 1) {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    const at = seed % 12_000;
    const jump = on.playback.seek(at);
    if (round % 4 === 0) void on.playback.seek((at * 7) % 12_000).then(() => undefined);
    await jump;
    await on.playback.seek(at);
    await on.screen.flush();
    // The size is told once more when it begins anew at a full reset; the text is what counts.
    const text = (log: string) => log.replace(/\[\d+x\d+\]/g, '');
    assert.equal(text(on.screen.log), text(await truth(at)), `at ${at}`);
  }
});

test('a full reset is a place to begin from', async () => {
  const on = stage(recordingOf([[output(0, 'old')], [resize(500, 90, 20), output(1000, 'junk\u001bcnew')], [output(2000, 'er')]]));
  await on.playback.seek(2000);
  await on.shows('newer');
  const before = on.fetches();
  await on.playback.seek(1500);
  await on.shows('[90x20]new');
  await on.playback.seek(999);
  await on.shows('[80x24]old[90x20]');
  assert.equal(on.fetches(), before, 'what was fetched is kept');
  assert.equal(behindReset(Uint8Array.of(1, 0x1b, 0x63, 2, 0x1b, 0x63)), 6);
  assert.equal(behindReset(Uint8Array.of(0x1b)), -1);
});

test('a long pause is cut to two seconds, unless it is wanted', async () => {
  const long = recordingOf([[output(0, 'a'), output(60_000, 'b')], [output(600_000, 'c')]]);
  const on = stage(long);
  on.playback.play();
  await on.run(1_900);
  await on.shows('[80x24]a');
  await on.run(300);
  await on.shows('[80x24]ab');
  await on.run(2_200);
  await on.shows('[80x24]abc');
  const patient = stage(long);
  patient.playback.setSkipIdle(false);
  patient.playback.play();
  await patient.run(5_000);
  await patient.shows('[80x24]a');
  assert.ok(patient.playback.state.at >= 4_900);
});

test('r05_a_damaged_chunk_is_played_up_to_and_named', async () => {
  const recording = simple();
  const second = recording.index.chunks[1];
  assert.ok(second);
  recording.container[second.offset] = 0;
  const on = stage(recording);
  on.playback.setSpeed(4);
  on.playback.play();
  await on.run(1_000);
  await on.shows('[80x24]ab[100x30]c');
  assert.equal(on.playback.state.playing, false);
  assert.equal(on.playback.state.damage?.seq, 2);
  assert.equal(on.playback.state.at, 1500);
  // What is before it can be seen again and played again.
  await on.playback.seek(400);
  await on.shows('[80x24]a');
  await on.playback.seek(2000);
  await on.shows('[80x24]ab[100x30]c');
  on.playback.play();
  await on.run(200);
  await on.shows('[80x24]a');
});

test('r04_a_recording_cut_at_every_byte_plays_to_the_cut', async () => {
  const recording = simple();
  for (let cut = 0; cut <= recording.container.length; cut += 7) {
    const short = recording.container.subarray(0, cut);
    const on = stage({ ...recording, container: short });
    await on.playback.seek(2000);
    const whole = recording.index.chunks.filter((chunk) => chunk.offset + chunk.length <= cut).length;
    await on.shows(['[80x24]', '[80x24]ab[100x30]c', '[80x24]ab[100x30]cde'][whole] ?? '');
    assert.equal(on.playback.state.damage === null, whole === 2);
  }
});

test('what cannot be fetched is waited for, not skipped', async () => {
  const recording = simple();
  let online = false;
  const on = stage(recording, (offset, length) => (online ? Promise.resolve(recording.container.subarray(offset, offset + length)) : Promise.reject(new Error('away'))));
  const jump = on.playback.seek(2000);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(on.playback.state.trouble, 'offline');
  online = true;
  await jump;
  await on.shows('[80x24]ab[100x30]cde');
  assert.equal(on.playback.state.trouble, null);
});

test('what is expanded is kept within bounds', async () => {
  const chunk = { seq: 1, offset: 0, length: 0, startMs: 0, endMs: 0, rawLength: 1024 * 1024, cols: 80, rows: 24, hash: '' };
  let fetches = 0;
  const store = new ChunkStore(Array.from({ length: 200 }, () => chunk), () => {
    fetches += 1;
    return Promise.resolve(new Uint8Array());
  });
  for (let at = 0; at < 200; at += 1) await store.get(at);
  assert.equal(store.peek(0), undefined);
  assert.ok(store.peek(199));
  assert.equal(Array.from({ length: 200 }, (_, at) => store.peek(at)).filter((each) => each !== undefined).length, 48);
  await store.get(199);
  assert.equal(fetches, 200);
});
