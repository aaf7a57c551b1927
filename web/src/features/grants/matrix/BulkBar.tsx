'use client';
// Below the grid: what is selected, in words, and what can be done with it. Its height stays, so that nothing jumps.
import Box from '@mui/material/Box';
import type { Grant } from '@/shared/api/types';
import { plural } from '@/shared/lib/time';
import type { Allowed } from '@/shared/session/can';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import type { Grid } from './api';
import { leading, wordsOf, type Moment } from './cells';
import { MANY_CELLS, blockOf, countOf, type Selection } from './selection';

export interface BulkActs {
  setTerms: () => void;
  copy: () => void;
  revoke: () => void;
  handOver: () => void;
  open: (id: Grant['id']) => void;
}

interface Props {
  grid: Grid;
  selection: Selection;
  moment: Moment;
  /** How many grants stand in the selection; undefined while parts of it are on their way. */
  grants: number | undefined;
  readOnly: boolean;
  may: { create: Allowed; revokeMany: Allowed };
  acts: BulkActs;
}

export function BulkBar({ grid, selection, moment, grants, readOnly, may, acts }: Props) {
  const block = blockOf(selection);
  const count = countOf(block);
  const single = count === 1;
  const { row, col } = selection.active;
  const here = grid.grants(row, col);
  const tooMany: Allowed = count > MANY_CELLS ? `At most ${MANY_CELLS.toLocaleString()} cells can be changed at once.` : grants === undefined ? 'Parts of the selection are still loading.' : true;
  const allow = (first: Allowed, further: Allowed = true): Allowed => (first !== true ? first : tooMany !== true ? tooMany : further);
  const copyable: Allowed = !single && block.top === block.bottom && leadingOf(grid, selection) !== undefined ? true : 'Select cells of one row, beginning with one that has access.';
  const first = leading(here, moment.at);
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 3, rowGap: 2, minHeight: 48, py: 2 }}>
      <Box role="status" sx={{ flex: '1 1 280px', minWidth: 0, fontSize: '0.8125rem' }}>
        {single ? (
          <>
            <Box component="span" sx={{ fontWeight: 560 }}>{grid.technician(row)?.displayName ?? '…'}</Box> at <Box component="span" sx={{ fontWeight: 560 }}>{grid.customer(col)?.name ?? '…'}</Box>
            <Box component="span" sx={{ color: 'text.secondary' }}>: {wordsOf(here, moment)}</Box>
          </>
        ) : (
          <>
            <Box component="span" sx={{ fontWeight: 560 }}>{plural(block.bottom - block.top + 1, 'technician')} × {plural(block.right - block.left + 1, 'customer')}</Box>
            <Box component="span" sx={{ color: 'text.secondary' }}>: {plural(count, 'cell')}{grants === undefined ? '' : `, ${plural(grants, 'grant')}`}</Box>
          </>
        )}
      </Box>
      {!readOnly && (
        <Box role="group" aria-label="With the selection" sx={{ display: 'flex', flexWrap: 'wrap', gap: 2 }}>
          {single && first !== undefined && <AllowedButton size="small" variant="outlined" allowed onClick={() => acts.open(first.id)}>Open</AllowedButton>}
          {!single && <AllowedButton size="small" variant="outlined" allowed={allow(may.create, copyable)} onClick={acts.copy}>Copy along the row</AllowedButton>}
          {block.top === block.bottom && <AllowedButton size="small" variant="outlined" allowed={may.create} onClick={acts.handOver}>Hand over…</AllowedButton>}
          <AllowedButton size="small" variant="outlined" color="error" allowed={allow(may.revokeMany, (grants ?? 0) > 0 ? true : 'There is no access in the selection.')} onClick={acts.revoke}>Revoke…</AllowedButton>
          <AllowedButton size="small" variant="contained" allowed={allow(may.create)} onClick={acts.setTerms}>Set terms…</AllowedButton>
        </Box>
      )}
    </Box>
  );
}

/** The grant whose terms are copied: of the cell where the selection was begun. */
export function leadingOf(grid: Grid, { anchor }: Selection) {
  return grid.grants(anchor.row, anchor.col)[0];
}
