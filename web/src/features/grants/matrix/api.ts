// The matrix, read in windows as one scrolls; and what differs between two instants.
import { keepPreviousData, useQueries, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { api, data } from '@/shared/api/client';
import type { AccessMatrix, MatrixCustomer, MatrixGrant, MatrixTechnician } from '@/shared/api/types';
import { readList } from '@/shared/api/list';
import type { Block } from './selection';

/** Technicians and customers of one window; the server gives up to 200 and 500. */
export const WINDOW = { rows: 50, cols: 100 } as const;

export interface MatrixQuestion {
  /** Undefined: as it stands now. */
  at: string | undefined;
  q: string;
}

export interface Grid {
  rows: number;
  cols: number;
  technician: (row: number) => MatrixTechnician | undefined;
  customer: (col: number) => MatrixCustomer | undefined;
  grants: (row: number, col: number) => readonly MatrixGrant[];
  /** The same for all of one row. */
  row: (row: number) => (customer: MatrixCustomer | undefined) => readonly MatrixGrant[];
}

/** The first cells of the windows that a block begins and ends in. */
export function windowsAround({ top, bottom, left, right }: Block): Block {
  const down = (at: number, size: number) => at - (at % size);
  return { top: down(top, WINDOW.rows), bottom: down(bottom, WINDOW.rows), left: down(left, WINDOW.cols), right: down(right, WINDOW.cols) };
}

const NONE: readonly MatrixGrant[] = [];

function windowsOf(blocks: readonly Block[]): { technicianOffset: number; customerOffset: number }[] {
  const found = new Map<string, { technicianOffset: number; customerOffset: number }>();
  for (const { top, bottom, left, right } of blocks) {
    for (let row = Math.floor(top / WINDOW.rows); row <= Math.floor(bottom / WINDOW.rows); row += 1) {
      for (let col = Math.floor(left / WINDOW.cols); col <= Math.floor(right / WINDOW.cols); col += 1) {
        found.set(`${row}:${col}`, { technicianOffset: row * WINDOW.rows, customerOffset: col * WINDOW.cols });
      }
    }
  }
  return [...found.values()];
}

interface Part {
  technicianOffset: number;
  customerOffset: number;
  matrix: AccessMatrix;
}

interface Size {
  rows: number;
  cols: number;
}

/** `known`: how large it is, while nothing of what is in sight is here. */
function gridOf(parts: readonly Part[], known: Size | undefined): Grid | undefined {
  const [first] = parts;
  const size = first === undefined ? known : { rows: first.matrix.totalTechnicians, cols: first.matrix.totalCustomers };
  if (size === undefined) return undefined;
  const technicians = new Map<number, MatrixTechnician>();
  const customers = new Map<number, MatrixCustomer>();
  const cells = new Map<string, Map<string, readonly MatrixGrant[]>>();
  for (const { technicianOffset, customerOffset, matrix } of parts) {
    matrix.technicians.forEach((each, index) => technicians.set(technicianOffset + index, each));
    matrix.customers.forEach((each, index) => customers.set(customerOffset + index, each));
    for (const { technicianId, customerOrgId, grants } of matrix.cells) {
      const held = cells.get(technicianId);
      if (held === undefined) cells.set(technicianId, new Map([[customerOrgId, grants]]));
      else held.set(customerOrgId, grants);
    }
  }
  const row: Grid['row'] = (at) => {
    const held = cells.get(technicians.get(at)?.id ?? '');
    return (customer) => held?.get(customer?.id ?? '') ?? NONE;
  };
  return {
    ...size,
    technician: (row) => technicians.get(row),
    customer: (col) => customers.get(col),
    row,
    grants: (at, col) => row(at)(customers.get(col)),
  };
}

export interface MatrixWindows {
  /** Undefined until the first window is there. */
  grid: Grid | undefined;
  fetching: boolean;
  error: unknown;
  retry: () => void;
}

/** What stands in these blocks; a part that is not here yet is undefined. */
export function useMatrix({ at, q }: MatrixQuestion, blocks: readonly Block[]): MatrixWindows {
  const windows = windowsOf(blocks);
  const combine = useCallback((results: UseQueryResult<Part>[]) => ({
    parts: results.flatMap((result) => (result.data === undefined ? [] : [result.data])),
    fetching: results.some((result) => result.isFetching),
    error: results.find((result) => result.data === undefined && result.isError)?.error ?? null,
    failed: results.filter((result) => result.isError).map((result) => result.refetch),
  }), []);
  const { parts, fetching, error, failed } = useQueries({
    queries: windows.map((offsets) => ({
      queryKey: ['grants', 'matrix', at ?? 'now', q, offsets] as const,
      staleTime: 30_000,
      queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Part> => {
        const query = { ...offsets, technicianLimit: WINDOW.rows, customerLimit: WINDOW.cols, ...(at === undefined ? {} : { at }), ...(q === '' ? {} : { q }) };
        return { ...offsets, matrix: await data(api.GET('/api/access-management/matrix', { params: { query }, signal })) };
      },
    })),
    combine,
  });
  // A jump leaves behind all that is here. Without its size the grid would go, and come back at its beginning without the keyboard.
  const question = `${at ?? 'now'} ${q}`;
  const [known, setKnown] = useState<(Size & { question: string }) | undefined>(undefined);
  const size = known?.question === question ? known : undefined;
  const grid = useMemo(() => gridOf(parts, size), [parts, size]);
  if (grid !== undefined && (size?.rows !== grid.rows || size.cols !== grid.cols)) setKnown({ question, rows: grid.rows, cols: grid.cols });
  return { grid, fetching, error, retry: () => failed.forEach((refetch) => void refetch()) };
}

/** What differs between then and now. */
export function useDifferences(from: string | undefined) {
  return useQuery({
    queryKey: ['grants', 'differences', from],
    enabled: from !== undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => data(api.GET('/api/access-management/matrix/changes', { params: { query: { from: from ?? '', to: new Date().toISOString() } }, signal })),
  });
}

/** All that a technician holds now or will, up to what one page of the server holds. */
export function useTechnicianGrants(technicianId: string | null) {
  return useQuery({
    queryKey: ['grants', 'of', technicianId],
    enabled: technicianId !== null && technicianId !== '',
    queryFn: async ({ signal }) => {
      const read = (status: string) => readList('/api/technician-access', { technicianId: technicianId ?? '', status, sort: 'customerOrgName', order: 'asc', limit: 200 }, signal);
      const [active, scheduled] = await Promise.all([read('active'), read('scheduled')]);
      return [...active.items, ...scheduled.items];
    },
  });
}
