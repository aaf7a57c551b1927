'use client';
// A list of the server as a query: the old rows stay in sight while the next page comes.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, BACKGROUND, data } from './client';
import type { paths } from './schema';
import type { List } from './types';

/** Filters come out of the page's address, where anything can stand; the server refuses what it does not know. */
export type ListQuery = Record<string, string | number | undefined>;

/** The paths that answer with pages of something, and of what. */
type ItemOf<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': { data: { items: (infer Item)[]; totalPages: number } } } } } };
}
  ? Item
  : never;
export type ListPath = { [Path in keyof paths]: [ItemOf<Path>] extends [never] ? never : Path }[keyof paths];

interface Options {
  /** Read again by itself, for lists of what happens now. */
  everyMs?: number;
}

export async function readList<Path extends ListPath>(path: Path, query: ListQuery, signal: AbortSignal, background = false): Promise<List<ItemOf<Path>>> {
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined && value !== ''));
  // All list paths answer alike; which item it is, only the caller's path says.
  const page = await data(api.GET(path as '/api/assets', { params: { query: given }, headers: background ? BACKGROUND : {}, signal }));
  return page as unknown as List<ItemOf<Path>>;
}

export function useList<Path extends ListPath>(key: string, path: Path, query: ListQuery, { everyMs }: Options = {}) {
  return useQuery({
    queryKey: [key, 'list', path, query],
    placeholderData: keepPreviousData,
    refetchInterval: everyMs,
    queryFn: ({ signal }) => readList(path, query, signal, everyMs !== undefined),
  });
}
