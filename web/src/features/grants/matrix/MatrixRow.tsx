'use client';
// One technician's row, only the columns in sight. Drawn again when something in it changes, not when the grid scrolls.
import { memo } from 'react';
import { CELL, HEAD } from './gridStyles';
import type { Grid } from './api';
import { differenceWords, lookOf, wordsOf, type Difference } from './cells';

interface Props {
  grid: Grid;
  row: number;
  /** The columns in sight. */
  first: number;
  last: number;
  width: number;
  now: number;
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

const signs: Record<Difference, string> = { gone: '−', new: '+', other: '≠' };

export const MatrixRow = memo(function MatrixRow(props: Props) {
  const { grid, row, first, last, width, now, selectedFrom, selectedTo, fillFrom, fillTo, active, handle, differences } = props;
  const technician = grid.technician(row);
  const cells = [];
  for (let col = first; col <= last; col += 1) {
    const customer = grid.customer(col);
    const place = { id: cellId(row, col), role: 'gridcell', 'aria-colindex': col + 2, 'aria-selected': col >= selectedFrom && col <= selectedTo, 'data-cell-row': row, 'data-cell-col': col, style: { left: HEAD.width + col * CELL.width } };
    if (technician === undefined || customer === undefined) {
      cells.push(<div key={col} {...place} className="cell waits" aria-label="Loading" data-active={col === active} />);
      continue;
    }
    const grants = grid.grants(row, col);
    const look = lookOf(grants, now);
    const difference = differences?.get(`${technician.id} ${customer.id}`);
    const words = `${customer.name}: ${wordsOf(grants, now)}${difference === undefined ? '' : `, ${differenceWords[difference]}`}`;
    cells.push(
      <div key={col} {...place} className="cell" aria-label={words} data-active={col === active} data-fill={col >= fillFrom && col <= fillTo} data-difference={difference}>
        {look.level !== null && (
          <span className="mark" data-level={look.level} data-edge={look.edge} data-scheduled={look.scheduled}>
            {look.letter}
            {look.more > 0 && <sup>+{look.more}</sup>}
          </span>
        )}
        {look.unused && <span className="dot" />}
        {difference !== undefined && <span className="sign">{signs[difference]}</span>}
        {handle && col === active && <span className="handle" data-handle title="Pull along the row to copy these terms" />}
      </div>,
    );
  }
  return (
    <div role="row" className="row" aria-rowindex={row + 2} style={{ width, transform: `translateY(${HEAD.height + row * CELL.height}px)` }}>
      <div role="rowheader" className="rowhead" aria-colindex={1} data-row-head={row} data-on={selectedFrom >= 0} title={technician === undefined ? undefined : `${technician.displayName}, ${technician.email}`}>
        <span className="name">{technician?.displayName ?? '…'}</span>
        {technician !== undefined && technician.status !== 'active' && <span className="off">{technician.status}</span>}
      </div>
      {cells}
    </div>
  );
});

export function cellId(row: number, col: number): string {
  return `cell-${row}-${col}`;
}
