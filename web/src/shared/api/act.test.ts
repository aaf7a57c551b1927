// The answer of an act is told before anything is read anew, also to whoever is gone by then.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MutationObserver, QueryClient, QueryObserver } from '@tanstack/react-query';
import { actOptions } from './act';

const soon = () => new Promise((resolve) => setTimeout(resolve, 0));

/** A client with a list in sight that is slow to be read anew: `arrive` brings it. */
async function withSlowList() {
  const client = new QueryClient();
  const arrivals: (() => void)[] = [];
  const list = new QueryObserver(client, { queryKey: ['list'], queryFn: () => new Promise<string>((resolve) => { arrivals.push(() => resolve('rows')); }) });
  const leave = list.subscribe(() => undefined);
  arrivals.shift()?.();
  await soon();
  return { client, reads: arrivals, leave: () => { leave(); client.clear(); } };
}

test('what was done is said while the list is still being read anew', async () => {
  const { client, reads, leave } = await withSlowList();
  const heard: string[] = [];
  const act = new MutationObserver(client, actOptions(client, { ask: (name: string) => Promise.resolve(`${name} is gone`), adopt: (words) => { heard.push(`adopted: ${words}`); }, renew: [['list']] }));
  // Nobody listens to the observer, as when the line that asked is gone.
  const done = act.mutate({ wish: 'A key', said: { onSuccess: (words) => { heard.push(words); }, onSettled: () => { heard.push('settled'); } } });
  await soon();
  assert.deepEqual(heard, ['adopted: A key is gone', 'A key is gone']);
  assert.equal(reads.length, 1);
  assert.equal(act.getCurrentResult().isPending, true);
  reads.shift()?.();
  await done;
  assert.deepEqual(heard.at(-1), 'settled');
  leave();
});

test('a refusal is told at once, and reads anew only where that may help', async () => {
  for (const renewRefused of [false, true]) {
    const { client, reads, leave } = await withSlowList();
    const heard: string[] = [];
    const act = new MutationObserver(client, actOptions(client, { ask: () => Promise.reject<string>(new Error('taken')), renew: [['list']], renewRefused }));
    await assert.rejects(act.mutate({ wish: undefined, said: { onError: ({ message }) => { heard.push(message); } } }), /taken/);
    assert.deepEqual(heard, ['taken']);
    assert.equal(reads.length, renewRefused ? 1 : 0);
    leave();
  }
});
