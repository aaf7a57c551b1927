'use client';
// Page, order, search and filters of a list, kept in the URL: a reload or a sent link shows the same rows.
import { useSearchParams } from 'next/navigation';
import { useCallback, useMemo, useState } from 'react';

export interface ListState {
  page: number;
  limit: number;
  /** Empty where the server has one order only. */
  sort: string;
  order: 'asc' | 'desc';
  q: string;
  filters: Record<string, string>;
  /** The row whose detail is open beside the list. */
  open: string | null;
  /** True when a search or a filter narrows the list. */
  narrowed: boolean;
  /** What goes to the server. */
  query: Record<string, string | number>;
  setPage: (page: number) => void;
  setSort: (sort: string, order: 'asc' | 'desc') => void;
  setQ: (q: string) => void;
  setFilter: (key: string, value: string | null) => void;
  clear: () => void;
  setOpen: (id: string | null) => void;
}

interface Defaults {
  sort?: string;
  order?: 'asc' | 'desc';
  limit?: number;
  /** The names of the filters, as the server knows them. */
  filters?: readonly string[];
}

const NOTHING_AHEAD = { of: '', search: '' };

export function useListState({ sort = '', order = 'asc', limit = 50, filters: keys = [] }: Defaults): ListState {
  const settled = useSearchParams().toString();
  // Next follows a change of the history in a transition, which may wait. Until it does, our own change holds.
  const [ahead, setAhead] = useState(NOTHING_AHEAD);
  // It has followed, or somebody went elsewhere: what was ahead then is nothing to come back to.
  if (ahead.search !== '' && ahead.of !== settled) setAhead(NOTHING_AHEAD);
  const search = ahead.of === settled && ahead.search !== '' ? ahead.search : settled;

  const change = useCallback((changes: Record<string, string | null>, keepPage = false) => {
    const next = new URLSearchParams(window.location.search);
    if (!keepPage) next.delete('page');
    for (const [key, value] of Object.entries(changes)) {
      if (value === null || value === '') next.delete(key);
      else next.set(key, value);
    }
    // Next follows the history; a router call would fetch the page's payload again for each key typed.
    window.history.replaceState(null, '', next.size > 0 ? `?${next.toString()}` : window.location.pathname);
    setAhead({ of: settled, search: `${next.toString()}&` });
  }, [settled]);

  const joined = keys.join(',');
  return useMemo(() => {
    const params = new URLSearchParams(search);
    const names = joined === '' ? [] : joined.split(',');
    const filters: Record<string, string> = {};
    for (const key of names) {
      const value = params.get(key);
      if (value !== null && value !== '') filters[key] = value;
    }
    const page = Math.max(1, Number(params.get('page')) || 1);
    const q = params.get('q') ?? '';
    const sortBy = sort === '' ? '' : (params.get('sort') ?? sort);
    const direction = params.get('order') === 'asc' ? 'asc' : params.get('order') === 'desc' ? 'desc' : order;
    return {
      page,
      limit,
      sort: sortBy,
      order: direction,
      q,
      filters,
      open: params.get('open'),
      narrowed: q !== '' || Object.keys(filters).length > 0,
      query: { page, limit, ...(sortBy === '' ? {} : { sort: sortBy, order: direction }), ...(q === '' ? {} : { q }), ...filters },
      setPage: (next) => change({ page: next > 1 ? String(next) : null }, true),
      setSort: (nextSort, nextOrder) => change({ sort: nextSort === sort ? null : nextSort, order: nextSort === sort && nextOrder === order ? null : nextOrder }),
      setQ: (next) => change({ q: next }),
      setFilter: (key, value) => change({ [key]: value }),
      clear: () => change(Object.fromEntries([...names, 'q'].map((key) => [key, null]))),
      setOpen: (id) => change({ open: id }, true),
    };
  }, [change, joined, limit, order, search, sort]);
}
