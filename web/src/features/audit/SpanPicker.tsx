'use client';
// For which days a report is: the last so many, or from one day to another.
import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import OutlinedInput from '@mui/material/OutlinedInput';
import Select from '@mui/material/Select';
import type { ListState } from '@/shared/table/useListState';

const choices = [
  { value: '30', label: 'Last 30 days' },
  { value: '90', label: 'Last 90 days' },
  { value: '365', label: 'Last 365 days' },
  { value: 'days', label: 'From day to day…' },
] as const;

/** The filters `span`, `from` and `to` of the address. */
export function SpanPicker({ state, usual }: { state: ListState; usual: '30' | '90' }) {
  const { from, to } = state.filters;
  const span = state.filters.span ?? usual;
  return (
    <Box role="group" aria-label="Days" sx={{ display: 'inline-flex', flexWrap: 'wrap', alignItems: 'center', gap: 2 }}>
      <Select size="small" value={span} onChange={(event) => state.setFilter('span', event.target.value === usual ? null : event.target.value)} SelectDisplayProps={{ 'aria-label': 'Which days' }} sx={{ minWidth: 150, height: 34, fontSize: '0.8125rem' }}>
        {choices.map(({ value, label }) => <MenuItem key={value} value={value}>{label}</MenuItem>)}
      </Select>
      {span === 'days' && (
        <>
          <Day label="From" value={from} max={to} onChange={(day) => state.setFilter('from', day)} />
          <span aria-hidden>–</span>
          <Day label="To" value={to} min={from} onChange={(day) => state.setFilter('to', day)} />
        </>
      )}
    </Box>
  );
}

function Day({ label, value, min, max, onChange }: { label: string; value: string | undefined; min?: string; max?: string; onChange: (day: string | null) => void }) {
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
