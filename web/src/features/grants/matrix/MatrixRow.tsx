'use client';
// One technician's row, only the columns in sight. Drawn again when something in it changes, not when the grid scrolls.
import { memo } from 'react';
import { CELL, HEAD } from './gridStyles';
import type { Grid } from './api';
import type { Difference, Moment } from './cells';
import { MatrixCell, cellId } from './MatrixCell';
import type { Slot } from './slots';

interface Props {
  grid: Grid;
  row: number;
  /** The columns in sight. */
  cols: readonly Slot[];
  width: number;
  moment: Moment;
  /** The columns of this row that are selected, that copying reaches, and the one that has the keyboard; -1 for none. */
  selectedFrom: number;
  selectedTo: number;
  fillFrom: number;
  fillTo: number;
  active: number;
  /** May terms be pulled along the row from the active cell? */
  handle: boolean;
  differences: ReadonlyMap<string, Difference> | undefined;
}

export const MatrixRow = memo(function MatrixRow(props: Props) {
  const { grid, row, cols, width, moment, selectedFrom, selectedTo, fillFrom, fillTo, active, handle, differences } = props;
  const technician = grid.technician(row);
  const held = grid.row(row);
  const cells = cols.map(({ key, at: col }) => {
    const customer = grid.customer(col);
    return (
      <MatrixCell
        key={key}
        id={col === active ? cellId(row, col) : undefined}
        col={col}
        customer={technician === undefined ? undefined : customer?.name}
        grants={held(customer)}
        moment={moment}
        selected={col >= selectedFrom && col <= selectedTo}
        active={col === active}
        fill={col >= fillFrom && col <= fillTo}
        handle={handle && col === active}
        difference={differences === undefined || technician === undefined || customer === undefined ? undefined : differences.get(`${technician.id} ${customer.id}`)}
      />
    );
  });
  return (
    <div role="row" className="row" aria-rowindex={row + 2} data-cell-row={row} style={{ width, transform: `translateY(${HEAD.height + row * CELL.height}px)` }}>
      <div role="rowheader" className="rowhead" aria-colindex={1} data-row-head={row} data-on={selectedFrom >= 0} title={technician === undefined ? undefined : `${technician.displayName}, ${technician.email}`}>
        <span className="name">{technician?.displayName ?? '…'}</span>
        {technician !== undefined && technician.status !== 'active' && <span className="off">{technician.status}</span>}
      </div>
      {cells}
    </div>
  );
});
