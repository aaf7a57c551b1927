'use client';
// The same rows as cards on a phone: title, what stands beside it, then lines.
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import { RowTitle } from './RowTitle';
import type { Column } from './types';

interface Props<T> {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[] | undefined;
  rowKey: (row: T) => string;
  rowHref?: (row: T) => string;
  onOpen?: (row: T) => void;
}

export function PhoneList<T>({ label, columns, rows, rowKey, rowHref, onOpen }: Props<T>) {
  const [title, ...rest] = columns;
  const asides = rest.filter((column) => column.phone === 'aside');
  const lines = rest.filter((column) => column.phone === undefined || column.phone === 'line');
  if (rows === undefined) {
    return (
      <Box aria-busy="true" sx={{ display: 'grid' }}>
        {[0, 1, 2, 3, 4].map((row) => (
          <Box key={row} sx={{ p: 4, borderBottom: 1, borderColor: 'neutral.4' }}>
            <Skeleton variant="rounded" height={14} width="55%" sx={{ mb: 2 }} />
            <Skeleton variant="rounded" height={12} width="80%" />
          </Box>
        ))}
      </Box>
    );
  }
  return (
    <Box component="ul" aria-label={label} className="tabular" sx={{ listStyle: 'none', m: 0, p: 0 }}>
      {rows.map((row) => (
        <Box component="li" key={rowKey(row)} data-row tabIndex={-1} sx={{ p: 4, borderBottom: 1, borderColor: 'neutral.4', '&:last-of-type': { borderBottom: 0 } }}>
          <Box sx={{ display: 'flex', alignItems: 'flex-start', gap: 3 }}>
            <Box sx={{ flex: 1, minWidth: 0, fontSize: '0.875rem', lineHeight: '24px', overflowWrap: 'anywhere' }}>
              {title !== undefined && <RowTitle row={row} rowHref={rowHref} onOpen={onOpen}>{title.cell(row)}</RowTitle>}
            </Box>
            {asides.map((column) => (
              <Box key={column.id} sx={{ flex: 'none', display: 'flex', alignItems: 'center', minHeight: '24px', fontSize: '0.8125rem' }}>{column.cell(row)}</Box>
            ))}
          </Box>
          <Box component="dl" sx={{ m: 0, mt: 2, display: 'grid', gridTemplateColumns: 'fit-content(104px) minmax(0, 1fr)', columnGap: 3, rowGap: '4px', fontSize: '0.8125rem' }}>
            {lines.map((column) => (
              <Box key={column.id} sx={{ display: 'contents' }}>
                <Box component="dt" sx={{ color: 'text.secondary' }}>{column.header}</Box>
                <Box component="dd" sx={{ m: 0, minWidth: 0, overflowWrap: 'anywhere' }}>{column.cell(row)}</Box>
              </Box>
            ))}
          </Box>
        </Box>
      ))}
    </Box>
  );
}
