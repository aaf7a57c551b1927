'use client';
// The grid with what is done in it: the bar below, and the keys that belong to it.
import { useMemo, type KeyboardEvent } from 'react';
import { useNow } from '@/shared/lib/useNow';
import { allowed } from '@/shared/session/can';
import { useSession } from '@/shared/session/SessionProvider';
import type { ListState } from '@/shared/table/useListState';
import type { AssignAccess } from '@/shared/api/types';
import { mayRevokeMany } from '../mayRevokeMany';
import type { Grid } from './api';
import { BulkBar, leadingOf } from './BulkBar';
import { leading, type Difference, type Moment } from './cells';
import type { Doing } from './MatrixDialogs';
import { MatrixGrid } from './MatrixGrid';
import { MANY_CELLS, blockOf, countOf, spotsOf, type Block, type Selection, type Spot } from './selection';

interface Props {
  grid: Grid;
  state: ListState;
  /** An instant of the past, in which nothing can be changed; undefined: now. */
  past: number | undefined;
  selection: Selection;
  onSelect: (selection: Selection) => void;
  onSight: (block: Block) => void;
  onDo: (doing: Doing) => void;
  differences: ReadonlyMap<string, Difference> | undefined;
}

export function MatrixWork({ grid, state, past, selection, onSelect, onSight, onDo, differences }: Props) {
  const { profile } = useSession();
  const now = useNow();
  const readOnly = past !== undefined;
  const moment = useMemo<Moment>(() => ({ at: past ?? now, past: readOnly }), [now, past, readOnly]);
  const block = blockOf(selection);
  const few = countOf(block) <= MANY_CELLS;
  const spots = few ? spotsOf(block) : [];
  const known = few && spots.every(({ row, col }) => grid.technician(row) !== undefined && grid.customer(col) !== undefined);
  const grantIds = spots.flatMap(({ row, col }) => grid.grants(row, col).map(({ id }) => id));
  const may = { create: allowed(profile.can, 'grant.create'), revokeMany: mayRevokeMany(profile.role) };
  const canSet = !readOnly && known && may.create === true;

  const cellsAt = (all: readonly Spot[]): AssignAccess['cells'] => all.flatMap(({ row, col }) => {
    const [technician, customer] = [grid.technician(row), grid.customer(col)];
    return technician === undefined || customer === undefined ? [] : [{ technicianId: technician.id, customerOrgId: customer.id }];
  });
  const setTerms = () => { if (canSet) onDo({ kind: 'terms', cells: cellsAt(spots) }); };
  const copy = () => {
    const like = leadingOf(grid, selection);
    const others = spots.filter(({ row, col }) => row !== selection.anchor.row || col !== selection.anchor.col);
    if (canSet && like !== undefined && block.top === block.bottom && others.length > 0) onDo({ kind: 'terms', cells: cellsAt(others), like: like.id });
  };
  const revoke = () => {
    if (!readOnly && may.revokeMany === true && grantIds.length > 0) onDo({ kind: 'revoke', grantIds });
  };
  const { active } = selection;
  const here = leading(grid.grants(active.row, active.col), moment.at);
  const fill = (to: number) => {
    if (here === undefined) return;
    const span = spotsOf({ top: active.row, bottom: active.row, left: Math.min(active.col, to), right: Math.max(active.col, to) });
    onSelect({ anchor: active, active: { row: active.row, col: to } });
    onDo({ kind: 'terms', cells: cellsAt(span.filter(({ col }) => col !== active.col)), like: here.id });
  };
  const open = () => {
    if (countOf(block) === 1 && here !== undefined) state.setOpen(here.id);
    else setTerms();
  };
  const onKey = (event: KeyboardEvent): boolean => {
    if (event.key === 'Delete') revoke();
    else if (event.key === 'd' && (event.ctrlKey || event.metaKey)) copy();
    else return false;
    return true;
  };
  const technician = grid.technician(active.row);
  return (
    <>
      <MatrixGrid
        grid={grid}
        moment={moment}
        selection={selection}
        onSelect={onSelect}
        onOpen={open}
        onKey={onKey}
        onFill={!readOnly && may.create === true && countOf(block) === 1 && here !== undefined ? fill : undefined}
        onSight={onSight}
        readOnly={readOnly}
        differences={differences}
      />
      <BulkBar
        grid={grid}
        selection={selection}
        moment={moment}
        grants={known ? grantIds.length : undefined}
        readOnly={readOnly}
        may={may}
        acts={{ setTerms, copy, revoke, handOver: () => { if (technician !== undefined) state.setFilter('from', technician.id); }, open: state.setOpen }}
      />
    </>
  );
}
