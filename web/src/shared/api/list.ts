'use client';
// A list of the server as a query: the old rows stay in sight while the next page comes.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from './client';
import type { List } from './types';

type Query = Record<string, string | number | undefined>;

interface Options {
  /** Read again by itself, for lists of what happens now. */
  everyMs?: number;
}

export function useList<T>(key: string, path: string, query: Query, { everyMs }: Options = {}) {
  return useQuery({
    queryKey: [key, 'list', path, query],
    placeholderData: keepPreviousData,
    refetchInterval: everyMs,
    queryFn: ({ signal }) => api.get<List<T>>(path, query, signal, everyMs !== undefined),
  });
}
