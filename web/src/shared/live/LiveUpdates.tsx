'use client';
// Follows what changes while the page is looked at, and has what is shown of it asked for again.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { apiFetch, BACKGROUND } from '@/shared/api/client';
import { ApiError } from '@/shared/api/error';
import { EventCutter, pauseMs } from './stream';
import { everyTopic, keysOf, topicsOf } from './topics';

/** Changes that come in a burst are asked for together. */
const GATHER_MS = 1_000;

export function LiveUpdates(): null {
  const client = useQueryClient();
  useEffect(() => {
    const gathered = new Set<string>();
    let timer: number | undefined;
    const tell = (topics: readonly string[]) => {
      for (const topic of topics) gathered.add(topic);
      timer ??= window.setTimeout(() => {
        timer = undefined;
        for (const queryKey of keysOf(gathered)) void client.invalidateQueries({ queryKey });
        gathered.clear();
      }, GATHER_MS);
    };
    let following: AbortController | undefined;
    let missed = false;
    const look = () => {
      if (document.visibilityState === 'hidden') {
        // A page that nobody looks at holds no line; it catches up when it is looked at again.
        following?.abort();
        following = undefined;
        missed = true;
      } else if (following === undefined) {
        following = new AbortController();
        void follow(following.signal, tell, missed);
      }
    };
    look();
    document.addEventListener('visibilitychange', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      following?.abort();
      window.clearTimeout(timer);
    };
  }, [client]);
  return null;
}

/** Until it is aborted, or the sign-in is over. */
async function follow(signal: AbortSignal, tell: (topics: readonly string[]) => void, missed: boolean): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      const response = await apiFetch(new Request('/api/live', { headers: BACKGROUND, signal }));
      // Between two streams nobody told us anything.
      if (missed) tell(everyTopic);
      missed = true;
      failures = 0;
      await read(response, tell);
    } catch (error) {
      // The client has led to the sign-in page by now.
      if (error instanceof ApiError && error.status === 401) return;
      failures += 1;
      missed = true;
    }
    await pause(pauseMs(failures, Math.random()), signal);
  }
}

async function read(response: Response, tell: (topics: readonly string[]) => void): Promise<void> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const cutter = new EventCutter();
  for (let piece = await reader?.read(); piece !== undefined && !piece.done; piece = await reader?.read()) {
    for (const event of cutter.push(piece.value)) if (event.name === 'change') tell(topicsOf(event.data));
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = window.setTimeout(resolve, ms);
    signal.addEventListener('abort', () => { window.clearTimeout(timer); resolve(); }, { once: true });
  });
}
