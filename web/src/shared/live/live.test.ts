import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventCutter, pauseMs } from './stream';
import { everyTopic, keysOf, topicsOf } from './topics';

const whole = 'retry: 3000\n: follows\n\nevent: change\ndata: {"topics":["grants"]}\n\n: still here\n\nevent: change\ndata: {"topics":["audit","sessions"]}\n\n';

test('events are the same however the stream is cut', () => {
  const wanted = [
    { name: 'change', data: '{"topics":["grants"]}' },
    { name: 'change', data: '{"topics":["audit","sessions"]}' },
  ];
  for (let size = 1; size <= whole.length; size += 1) {
    const cutter = new EventCutter();
    const events = [];
    for (let at = 0; at < whole.length; at += size) events.push(...cutter.push(whole.slice(at, at + size)));
    assert.deepEqual(events, wanted, `pieces of ${size}`);
  }
});

test('pauses grow, end somewhere, and differ from page to page', () => {
  assert.deepEqual([0, 1, 2, 5, 6, 60].map((failures) => pauseMs(failures, 1)), [1_000, 2_000, 4_000, 32_000, 60_000, 60_000]);
  assert.equal(pauseMs(0, 0), 500);
});

test('what changed leads to what is asked for again, once, and the log stays where it is read', () => {
  assert.deepEqual(keysOf(['grants', 'requests']), [['grants'], ['organizations'], ['requests']]);
  assert.deepEqual(keysOf(['of tomorrow', 'constructor']), []);
  assert.ok(!keysOf(everyTopic).some((key) => key[0] === 'audit' && (key.length === 1 || key[1] === 'list')));
  assert.deepEqual(topicsOf('{"topics":["grants",7]}'), ['grants']);
  for (const text of ['', '{', '{}', 'null', '{"topics":"grants"}']) assert.deepEqual(topicsOf(text), []);
});
