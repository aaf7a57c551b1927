'use client';
// The matrix where there is no room for one: each technician with the customers that they reach.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import ButtonBase from '@mui/material/ButtonBase';
import { useState } from 'react';
import type { MatrixGrant } from '@/shared/api/types';
import { plural } from '@/shared/lib/time';
import { CustomerTag } from '@/shared/ui/CustomerTag';
import { HoursNote } from '@/shared/ui/HoursNote';
import { LevelChip } from '@/shared/ui/LevelChip';
import { PersonAvatar } from '@/shared/ui/PersonAvatar';
import { StatusChip } from '@/shared/ui/StatusChip';
import { TimeLeft } from '@/shared/ui/TimeLeft';
import { WINDOW, type Grid } from './api';

/** Of each technician, until more is asked for. */
const SHOWN = 3;

interface Props {
  grid: Grid;
  /** Technicians in sight. */
  rows: number;
  /** An instant of the past; undefined: now. */
  past: number | undefined;
  onMore: () => void;
  onOpen: (id: string) => void;
  onHandOver?: (technicianId: string) => void;
}

export function MatrixPhone({ grid, rows, past, onMore, onOpen, onHandOver }: Props) {
  const shown = Math.min(rows, grid.rows);
  return (
    <Box>
      {grid.cols > WINDOW.cols && <Box sx={{ mb: 3, fontSize: '0.8125rem', color: 'text.secondary' }}>Of the first {WINDOW.cols.toLocaleString()} of {plural(grid.cols, 'customer')}. Search to see others.</Box>}
      <Box component="ul" aria-label="Technicians" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 3 }}>
        {Array.from({ length: shown }, (_, row) => <Technician key={grid.technician(row)?.id ?? row} grid={grid} row={row} past={past} onOpen={onOpen} onHandOver={onHandOver} />)}
      </Box>
      {shown < grid.rows && <Button fullWidth variant="outlined" onClick={onMore} sx={{ mt: 3 }}>Show more of {plural(grid.rows, 'technician')}</Button>}
    </Box>
  );
}

function Technician({ grid, row, past, onOpen, onHandOver }: { grid: Grid; row: number } & Pick<Props, 'past' | 'onOpen' | 'onHandOver'>) {
  const [all, setAll] = useState(false);
  const technician = grid.technician(row);
  if (technician === undefined) return null;
  const held: { id: string; name: string; grant: MatrixGrant }[] = [];
  for (let col = 0; col < Math.min(grid.cols, WINDOW.cols); col += 1) {
    const customer = grid.customer(col);
    if (customer !== undefined) for (const grant of grid.grants(row, col)) held.push({ id: customer.id, name: customer.name, grant });
  }
  return (
    <Box component="li" sx={{ border: 1, borderColor: 'neutral.5', borderRadius: '8px', overflow: 'hidden' }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 3, px: 4, py: 2, minHeight: 48, bgcolor: 'neutral.2', borderBottom: held.length > 0 ? 1 : 0, borderColor: 'neutral.4' }}>
        <PersonAvatar name={technician.displayName} />
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <Box sx={{ fontWeight: 560, fontSize: '0.875rem', overflowWrap: 'anywhere' }}>{technician.displayName}</Box>
          <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>{held.length === 0 ? 'No access' : plural(held.length, 'grant')}</Box>
        </Box>
        {onHandOver !== undefined && held.length > 0 && <Button size="small" variant="text" sx={{ mr: '-10px' }} onClick={() => onHandOver(technician.id)} aria-label={`Hand over the access of ${technician.displayName}`}>Hand over…</Button>}
      </Box>
      {(all ? held : held.slice(0, SHOWN)).map(({ id, name, grant }) => (
        <ButtonBase key={grant.id} onClick={() => onOpen(grant.id)} aria-label={`${technician.displayName} at ${name}`} sx={{ display: 'flex', width: '100%', flexWrap: 'wrap', alignItems: 'center', gap: '6px 10px', px: 4, py: '10px', minHeight: 44, textAlign: 'left', font: 'inherit', fontSize: '0.8125rem', borderTop: 1, borderColor: 'neutral.4', outlineOffset: '-2px !important' }}>
          <Box sx={{ flex: '1 1 140px', minWidth: 0, display: 'flex' }}><CustomerTag id={id} name={name} /></Box>
          <Box sx={{ display: 'flex', alignItems: 'center', gap: 2.5, ml: 'auto' }}>
            <LevelChip level={grant.accessLevel} />
            {grant.status === 'active' ? <TimeLeft until={grant.expiresAt} from={past} /> : <StatusChip status={grant.status} />}
          </Box>
          {grant.hours != null && <Box sx={{ flex: '1 0 100%', fontSize: '0.75rem' }}><HoursNote grant={grant} past={past} /></Box>}
        </ButtonBase>
      ))}
      {held.length > SHOWN && <Button fullWidth variant="text" size="small" onClick={() => setAll(!all)} sx={{ borderRadius: 0, borderTop: 1, borderColor: 'neutral.4' }}>{all ? 'Show fewer' : `Show all ${held.length}`}</Button>}
    </Box>
  );
}
