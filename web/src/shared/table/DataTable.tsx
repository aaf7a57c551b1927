'use client';
// The list of the console: the server pages and sorts, the URL keeps the state, the keyboard walks (j k enter /).
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import LinearProgress from '@mui/material/LinearProgress';
import useMediaQuery from '@mui/material/useMediaQuery';
import type { UseQueryResult } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useRef, type ReactNode } from 'react';
import type { List } from '@/shared/api/types';
import { useShortcut } from '@/shared/frame/useShortcut';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { FilterBar } from './FilterBar';
import { Pager } from './Pager';
import { PhoneList } from './PhoneList';
import { TableGrid } from './TableGrid';
import type { Column, Filter } from './types';
import type { ListState } from './useListState';

export interface DataTableProps<T> {
  /** Names the table for those who cannot see it. */
  label: string;
  columns: readonly Column<T>[];
  rowKey: (row: T) => string;
  query: UseQueryResult<List<T>>;
  state: ListState;
  filters?: readonly Filter[];
  searchLabel?: string;
  /** Where a row leads; or else `onOpen` opens its detail beside the list. */
  rowHref?: (row: T) => string;
  onOpen?: (row: T) => void;
  /** Said when there is nothing at all; a narrowed list says so by itself. */
  empty: ReactNode;
  /** Stands at the end of the filter bar. */
  end?: ReactNode;
}

export function DataTable<T>(props: DataTableProps<T>) {
  const { label, columns, rowKey, query, state, filters = [], searchLabel, rowHref, onOpen, empty, end } = props;
  const router = useRouter();
  const phone = useMediaQuery('(max-width: 639.95px)', { noSsr: true });
  const body = useRef<HTMLDivElement>(null);
  const open = onOpen ?? (rowHref === undefined ? undefined : (row: T) => router.push(rowHref(row)));

  const step = (by: 1 | -1) => {
    const rows = [...(body.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    rows[at === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))]?.focus();
  };
  useShortcut('j', () => step(1));
  useShortcut('k', () => step(-1));

  const data = query.data;
  return (
    <Box>
      {!(data?.total === 0 && !state.narrowed) && <FilterBar state={state} filters={filters} searchLabel={searchLabel} end={end} />}
      <Box ref={body} sx={{ position: 'relative', border: 1, borderColor: 'neutral.5', borderRadius: '8px' }}>
        {query.isFetching && data !== undefined && query.isPlaceholderData && (
          <LinearProgress aria-label="Loading" sx={{ position: 'absolute', insetInline: 0, top: 0, height: 2, zIndex: 3, borderRadius: '8px 8px 0 0' }} />
        )}
        {data === undefined && query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
        {data !== undefined && data.items.length === 0 && (state.narrowed ? <NoMatch onClear={state.clear} /> : empty)}
        {!(data === undefined && query.isError) && data?.items.length !== 0 && (
          phone ? (
            <PhoneList label={label} columns={columns} rows={data?.items} rowKey={rowKey} rowHref={rowHref} onOpen={open} />
          ) : (
            <TableGrid label={label} columns={columns} rows={data?.items} rowKey={rowKey} rowHref={rowHref} onOpen={open} state={state} />
          )
        )}
      </Box>
      {data !== undefined && data.total > 0 && <Pager list={data} onPage={state.setPage} />}
    </Box>
  );
}

function NoMatch({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState title="Nothing matches" action={<Button variant="outlined" onClick={onClear}>Clear search and filters</Button>}>
      No row fits the search and the filters that are set.
    </EmptyState>
  );
}
