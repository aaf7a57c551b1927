'use client';
// One clock for all relative times, so that a thousand rows need one timer.
import { useSyncExternalStore } from 'react';

function makeClock(intervalMs: number) {
  const listeners = new Set<() => void>();
  let now = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    timer ??= setInterval(() => {
      now = Date.now();
      for (const each of listeners) each();
    }, intervalMs);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) {
        clearInterval(timer);
        timer = undefined;
      }
    };
  };
  const read = () => {
    // Nobody listened for a while: do not answer with an old time.
    if (timer === undefined && Date.now() - now > intervalMs) now = Date.now();
    return now;
  };
  return { subscribe, read };
}

const slow = makeClock(20_000);
const quick = makeClock(1_000);

/** The time now, renewed every 20 seconds, or every second for counters. */
export function useNow(every: 'second' | 'slow' = 'slow'): number {
  const clock = every === 'second' ? quick : slow;
  return useSyncExternalStore(clock.subscribe, clock.read, () => 0);
}
