'use client';
// The table on wide screens: a head that sticks, 36 px rows, tabular figures.
import ArrowDownward from '@mui/icons-material/ArrowDownward';
import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import Skeleton from '@mui/material/Skeleton';
import type { KeyboardEvent, MouseEvent } from 'react';
import { topBarHeight } from '@/shared/frame/measures';
import { RowTitle } from './RowTitle';
import type { Column } from './types';
import type { ListState } from './useListState';

interface Props<T> {
  label: string;
  columns: readonly Column<T>[];
  /** Undefined while they load. */
  rows: readonly T[] | undefined;
  rowKey: (row: T) => string;
  rowHref?: (row: T) => string;
  onOpen?: (row: T) => void;
  state: ListState;
}

/** Of the room that the others leave; undefined for a column that is as wide as what stands in it. */
function shareOf<T>({ grow = false }: Column<T>): string | undefined {
  return grow === false ? undefined : `${grow === true ? 100 : grow}%`;
}

/** What is cut can be read all the same. */
function tellCut({ currentTarget: cell }: MouseEvent<HTMLElement>) {
  cell.title = cell.scrollWidth > cell.clientWidth ? cell.innerText : '';
}

function shownFrom<T>(column: Column<T>) {
  return column.from === undefined ? {} : { display: { xs: 'none', [column.from]: 'table-cell' } };
}

export function TableGrid<T>({ label, columns, rows, rowKey, rowHref, onOpen, state }: Props<T>) {
  return (
    <Box
      component="table"
      aria-label={label}
      aria-busy={rows === undefined}
      className="tabular"
      sx={{ width: '100%', borderCollapse: 'separate', borderSpacing: 0, fontSize: '0.8125rem', tableLayout: 'auto' }}
    >
      <thead>
        <tr>
          {columns.map((column) => (
            <HeaderCell key={column.id} column={column} state={state} />
          ))}
        </tr>
      </thead>
      <tbody>
        {rows === undefined
          ? Array.from({ length: 8 }, (_, row) => <SkeletonRow key={row} row={row} columns={columns} />)
          : rows.map((row) => (
              <Row key={rowKey(row)} row={row} selected={state.open === rowKey(row)} columns={columns} rowHref={rowHref} onOpen={onOpen} />
            ))}
      </tbody>
    </Box>
  );
}

function HeaderCell<T>({ column, state }: { column: Column<T>; state: ListState }) {
  const active = column.sort !== undefined && state.sort === column.sort;
  const flip = active && state.order === 'asc' ? 'desc' : 'asc';
  return (
    <Box
      component="th"
      scope="col"
      aria-sort={active ? (state.order === 'asc' ? 'ascending' : 'descending') : undefined}
      sx={{
        position: 'sticky', top: topBarHeight, zIndex: 2, height: 34, px: 3, textAlign: column.align ?? 'left', whiteSpace: 'nowrap', width: column.width,
        fontWeight: 520, fontSize: '0.75rem', color: 'text.secondary', bgcolor: 'neutral.2', borderBottom: 1, borderColor: 'neutral.5',
        '&:first-of-type': { borderTopLeftRadius: '7px', pl: 4 }, '&:last-of-type': { borderTopRightRadius: '7px', pr: 4 }, ...shownFrom(column),
      }}
    >
      {column.sort === undefined ? (
        (column.head ?? column.header)
      ) : (
        <ButtonBase
          onClick={() => state.setSort(column.sort ?? '', flip)}
          sx={{ font: 'inherit', color: active ? 'text.primary' : 'inherit', gap: '3px', borderRadius: '4px', '&:hover': { color: 'text.primary' }, '& svg': { opacity: active ? 1 : 0 }, '&:hover svg': { opacity: active ? 1 : 0.5 } }}
        >
          {column.header}
          <ArrowDownward aria-hidden sx={{ fontSize: 13, transform: active && state.order === 'asc' ? 'rotate(180deg)' : undefined }} />
        </ButtonBase>
      )}
    </Box>
  );
}

interface RowProps<T> {
  row: T;
  selected: boolean;
  columns: readonly Column<T>[];
  rowHref?: (row: T) => string;
  onOpen?: (row: T) => void;
}

function Row<T>({ row, selected, columns, rowHref, onOpen }: RowProps<T>) {
  const onClick = (event: MouseEvent<HTMLElement>) => {
    // A link or button in the row acts for itself, and a selected text is no click.
    if ((event.target as HTMLElement).closest('a, button, input') !== null || window.getSelection()?.toString() !== '') return;
    onOpen?.(row);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key === 'Enter' && event.target === event.currentTarget) onOpen?.(row);
  };
  return (
    <Box
      component="tr"
      data-row
      tabIndex={-1}
      onClick={onClick}
      onKeyDown={onKeyDown}
      sx={{
        cursor: onOpen === undefined ? undefined : 'pointer', bgcolor: selected ? 'accent.soft' : undefined, outlineOffset: '-2px !important',
        '&:hover': { bgcolor: selected ? 'accent.soft' : 'neutral.2' }, '&:focus': { bgcolor: 'neutral.3' }, '&:last-of-type td': { borderBottom: 0 },
      }}
    >
      {columns.map((column, at) => (
        <Box
          component="td"
          key={column.id}
          onMouseEnter={tellCut}
          sx={{
            height: 36, px: 3, py: '5px', borderBottom: 1, borderColor: 'neutral.4', textAlign: column.align ?? 'left', maxWidth: shareOf(column) === undefined ? { xs: '16vw', xl: 320 } : 0, width: shareOf(column), overflow: 'hidden', textOverflow: 'ellipsis',
            whiteSpace: 'nowrap', '&:first-of-type': { pl: 4 }, '&:last-of-type': { pr: 4 }, '@media (pointer: coarse)': { height: 44 }, ...shownFrom(column),
          }}
        >
          {at === 0 ? <RowTitle row={row} rowHref={rowHref} onOpen={onOpen}>{column.cell(row)}</RowTitle> : column.cell(row)}
        </Box>
      ))}
    </Box>
  );
}

function SkeletonRow<T>({ row, columns }: { row: number; columns: readonly Column<T>[] }) {
  return (
    <tr>
      {columns.map((column, at) => (
        <Box component="td" key={column.id} sx={{ height: 36, px: 3, borderBottom: 1, borderColor: 'neutral.4', '&:first-of-type': { pl: 4 }, ...shownFrom(column) }}>
          <Skeleton variant="rounded" height={12} width={`${40 + ((row * 29 + at * 17) % 45)}%`} />
        </Box>
      ))}
    </tr>
  );
}
