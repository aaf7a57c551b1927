// Which answers are asked for again when something changed.
import type { QueryKey } from '@tanstack/react-query';

/** By topic. What a person reads page by page (the log) does not move under their eyes: only its numbers do. */
const keys: Record<string, readonly QueryKey[]> = {
  grants: [['grants'], ['organizations']],
  requests: [['requests'], ['grants']],
  emergency: [['emergency'], ['grants']],
  sessions: [['sessions', 'list'], ['sessions', 'total'], ['sessions', 'detail'], ['sessions', 'mine-live'], ['recordings', 'list']],
  audit: [['audit', 'notable'], ['audit', 'stats'], ['audit', 'destinations']],
};

/** All of them, for whoever may have missed something. */
export const everyTopic = Object.keys(keys);

/** Of topics that a newer server knows, none. */
export function keysOf(topics: Iterable<string>): QueryKey[] {
  const found = new Map<string, QueryKey>();
  for (const topic of topics) {
    if (!Object.hasOwn(keys, topic)) continue;
    for (const key of keys[topic] ?? []) found.set(key.join(' '), key);
  }
  return [...found.values()];
}

/** What an event says, if it is one that is known. */
export function topicsOf(data: string): string[] {
  try {
    const told = JSON.parse(data) as { topics?: unknown };
    return Array.isArray(told.topics) ? told.topics.filter((topic): topic is string => typeof topic === 'string') : [];
  } catch {
    return [];
  }
}
