'use client';
// One cell. It is drawn again only when what it shows changes: a thousand are in sight while one scrolls, and most are empty.
import { memo } from 'react';
import type { MatrixGrant } from '@/shared/api/types';
import { differenceWords, lookOf, wordsOf, type Difference, type Moment } from './cells';
import { CELL, HEAD } from './gridStyles';

interface Props {
  /** Of the cell that has the keyboard. */
  id: string | undefined;
  col: number;
  /** Undefined while it is on its way. */
  customer: string | undefined;
  grants: readonly MatrixGrant[];
  moment: Moment;
  selected: boolean;
  active: boolean;
  fill: boolean;
  handle: boolean;
  difference: Difference | undefined;
}

const signs: Record<Difference, string> = { gone: '−', new: '+', other: '≠' };

export function cellId(row: number, col: number): string {
  return `cell-${row}-${col}`;
}

export const MatrixCell = memo(function MatrixCell({ id, col, customer, grants, moment, selected, active, fill, handle, difference }: Props) {
  const look = lookOf(grants, moment);
  const words = customer === undefined ? 'Loading' : `${customer}: ${wordsOf(grants, moment)}${difference === undefined ? '' : `, ${differenceWords[difference]}`}`;
  return (
    <div
      id={id}
      role="gridcell"
      className={customer === undefined ? 'cell waits' : 'cell'}
      aria-colindex={col + 2}
      aria-selected={selected}
      aria-label={words}
      data-cell-col={col}
      data-active={active || undefined}
      data-fill={fill || undefined}
      data-difference={difference}
      style={{ left: HEAD.width + col * CELL.width }}
    >
      {look.level != null && (
        <span className="mark" data-level={look.level} data-edge={look.edge} data-scheduled={look.scheduled} data-closed={look.closed || undefined} data-more={look.more > 0 || undefined}>
          {look.letter}
          {look.more > 0 && <sup>+{look.more}</sup>}
        </span>
      )}
      {look.unused && <span className="dot" />}
      {difference !== undefined && <span className="sign">{signs[difference]}</span>}
      {handle && <span className="handle" data-handle title="Pull along the row to copy these terms" />}
    </div>
  );
});
