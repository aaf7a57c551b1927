'use client';
// From one day to another, in the reader's zone, both included.
import Close from '@mui/icons-material/Close';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import OutlinedInput from '@mui/material/OutlinedInput';
import type { ListState } from '@/shared/table/useListState';

/** The days of the URL as instants for the server: from the first moment of one to before the first moment after the other. */
export function instantsOf(days: { from?: string; to?: string }): { from?: string; to?: string } {
  return { from: startOfDay(days.from, 0), to: startOfDay(days.to, 1) };
}

function startOfDay(day: string | undefined, later: number): string | undefined {
  const [year, month, date] = (day ?? '').split('-').map(Number);
  if (year === undefined || month === undefined || date === undefined) return undefined;
  const start = new Date(year, month - 1, date + later);
  return Number.isNaN(start.getTime()) ? undefined : start.toISOString();
}

export function DateRange({ state }: { state: ListState }) {
  const { from, to } = state.filters;
  return (
    <Box role="group" aria-label="Begun between" sx={{ display: 'flex', alignItems: 'center', gap: 1, fontSize: '0.8125rem', color: 'text.secondary' }}>
      <Day label="From" value={from} max={to} onChange={(day) => state.setFilter('from', day)} />
      <span aria-hidden>–</span>
      <Day label="To" value={to} min={from} onChange={(day) => state.setFilter('to', day)} />
      {(from !== undefined || to !== undefined) && (
        <IconButton size="small" aria-label="Any day" onClick={() => { state.setFilter('from', null); state.setFilter('to', null); }}>
          <Close fontSize="small" />
        </IconButton>
      )}
    </Box>
  );
}

interface DayProps {
  label: string;
  value: string | undefined;
  min?: string;
  max?: string;
  onChange: (day: string | null) => void;
}

function Day({ label, value, min, max, onChange }: DayProps) {
  return (
    <OutlinedInput
      size="small"
      type="date"
      value={value ?? ''}
      onChange={(event) => onChange(event.target.value === '' ? null : event.target.value)}
      slotProps={{ input: { 'aria-label': label, min, max } }}
      sx={{ width: 138, '& input': { px: '8px !important' } }}
    />
  );
}
