'use client';
// The grid itself: only what is in sight is drawn, however many technicians and customers there are. One element has the
// keyboard and says which cell is meant (aria-activedescendant), so that a cell may come and go while one scrolls.
import Box from '@mui/material/Box';
import { useTheme } from '@mui/material/styles';
import { memo, useEffect, useRef, type KeyboardEvent } from 'react';
import { initialsOf } from '@/shared/lib/hash';
import { customerHue } from '@/shared/ui/CustomerTag';
import type { MatrixCustomer } from '@/shared/api/types';
import type { Grid } from './api';
import type { Difference, Moment } from './cells';
import { CELL, HEAD, gridStyles } from './gridStyles';
import { cellId } from './MatrixCell';
import { MatrixRow } from './MatrixRow';
import { showCell, useDrawn } from './useDrawn';
import { blockOf, moved, steps, type Block, type Selection, type Spot } from './selection';
import { useGridPointer } from './useGridPointer';

interface Props {
  grid: Grid;
  moment: Moment;
  selection: Selection;
  onSelect: (selection: Selection) => void;
  /** Enter, or a double click. */
  onOpen: () => void;
  /** A key that the grid itself does not know. True when it was one of the screen's. */
  onKey: (event: KeyboardEvent) => boolean;
  /** From the active cell along its row, to this column; without it nothing can be pulled. */
  onFill?: (to: number) => void;
  onSight: (block: Block) => void;
  readOnly: boolean;
  differences: ReadonlyMap<string, Difference> | undefined;
}

/** It is never smaller, in whatever window it stands. */
const LEAST = { width: 560, height: 360 } as const;
/** Asked for before it comes into sight. */
const AHEAD = { rows: 20, cols: 40 } as const;

export function MatrixGrid({ grid, moment, selection, onSelect, onOpen, onKey, onFill, onSight, readOnly, differences }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const { rows, cols } = useDrawn(scroller, grid.rows, grid.cols);
  const { first: firstRow, last: lastRow } = rows;
  const { first: firstCol, last: lastCol } = cols;
  useEffect(() => {
    if (lastRow < 0 || lastCol < 0) return;
    onSight({ top: Math.max(0, firstRow - AHEAD.rows), bottom: Math.min(grid.rows - 1, lastRow + AHEAD.rows), left: Math.max(0, firstCol - AHEAD.cols), right: Math.min(grid.cols - 1, lastCol + AHEAD.cols) });
  }, [firstCol, firstRow, lastCol, lastRow, grid.rows, grid.cols, onSight]);

  const block = blockOf(selection);
  const { active } = selection;
  const show = (spot: Spot) => {
    if (scroller.current !== null) showCell(scroller.current, spot);
  };
  const pointer = useGridPointer({ scroller, grid, selection, onSelect, onOpen, onFill, show });

  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 0) - HEAD.height) / CELL.height) - 1);
    const keys = { key: event.key, shiftKey: event.shiftKey, meta: event.ctrlKey || event.metaKey };
    const next = moved(selection, keys, { rows: grid.rows, cols: grid.cols, page });
    if (next !== null) {
      event.preventDefault();
      onSelect(next);
      if (steps(keys)) show(next.active);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      onOpen();
    } else if (onKey(event)) event.preventDefault();
  };

  const [width, height] = [HEAD.width + grid.cols * CELL.width, HEAD.height + grid.rows * CELL.height];
  // Room for a scroll bar, but where one never comes.
  const room = (across: number, fits: number) => (across + 2 <= fits ? 2 : 16);
  return (
    <Box
      ref={scroller}
      role="grid"
      tabIndex={0}
      aria-label="Technicians’ access to customers"
      aria-rowcount={grid.rows + 1}
      aria-colcount={grid.cols + 1}
      aria-multiselectable
      aria-readonly={readOnly}
      aria-activedescendant={active.row >= firstRow && active.row <= lastRow && active.col >= firstCol && active.col <= lastCol ? cellId(active.row, active.col) : undefined}
      onKeyDown={onKeyDown}
      {...pointer.handlers}
      sx={{ ...gridStyles, height: `min(max(${LEAST.height}px, calc(100dvh - 372px)), ${height + room(width, LEAST.width)}px)`, maxWidth: width + room(height, LEAST.height) }}
    >
      <div role="presentation" style={{ position: 'relative', width, height }}>
        <div role="row" className="head" aria-rowindex={1} style={{ width }}>
          <div role="columnheader" className="corner" aria-colindex={1}>Technician</div>
          {cols.slots.map(({ key, at: col }) => <ColumnHead key={key} col={col} customer={grid.customer(col)} on={col >= block.left && col <= block.right} />)}
        </div>
        {rows.slots.map(({ key, at: row }) => {
          const selected = row >= block.top && row <= block.bottom;
          const here = row === active.row;
          const fill = pointer.fill !== null && here ? [Math.min(pointer.fill, active.col), Math.max(pointer.fill, active.col)] : [-1, -1];
          return (
            <MatrixRow
              key={key}
              grid={grid}
              row={row}
              cols={cols.slots}
              width={width}
              moment={moment}
              selectedFrom={selected ? block.left : -1}
              selectedTo={selected ? block.right : -1}
              fillFrom={fill[0] ?? -1}
              fillTo={fill[1] ?? -1}
              active={here ? active.col : -1}
              handle={here && onFill !== undefined}
              differences={differences}
            />
          );
        })}
      </div>
    </Box>
  );
}

const ColumnHead = memo(function ColumnHead({ col, customer, on }: { col: number; customer: MatrixCustomer | undefined; on: boolean }) {
  const theme = useTheme();
  const hue = customerHue(customer?.id ?? '');
  return (
    <div role="columnheader" className="colhead" aria-colindex={col + 2} data-col-head={col} data-on={on} title={customer?.name} style={{ left: HEAD.width + col * CELL.width }}>
      <span className="name">{customer?.name ?? '…'}</span>
      {customer !== undefined && (
        <Box component="span" aria-hidden className="initials" sx={{ backgroundColor: hue.light.main, color: '#fff', ...theme.applyStyles('dark', { backgroundColor: hue.dark.main, color: '#0b0d11' }) }}>{initialsOf(customer.name)}</Box>
      )}
    </div>
  );
});
