'use client';
// Moves the matrix back in time: a slider over a year, a day to type, and what differs from today.
import HistoryOutlined from '@mui/icons-material/HistoryOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import OutlinedInput from '@mui/material/OutlinedInput';
import Slider from '@mui/material/Slider';
import { useState } from 'react';
import { DAYS_BACK, dayAt, daysAgo, dayTitle } from './days';

interface Props {
  /** A day as YYYY-MM-DD; undefined: as it stands now. */
  day: string | undefined;
  onChange: (day: string | undefined) => void;
}

export function TimeBar({ day, onChange }: Props) {
  const given = day === undefined ? 0 : -daysAgo(day, new Date());
  const [moving, setMoving] = useState<number | null>(null);
  const value = moving ?? given;
  const words = value === 0 ? 'Now' : `End of ${dayTitle(dayAt(-value, new Date()))}`;
  const choose = (next: string | undefined) => onChange(next === undefined || daysAgo(next, new Date()) <= 0 ? undefined : next);
  return (
    <Box role="group" aria-label="Point in time" sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 4, rowGap: 1, flex: '1 1 420px', minWidth: 0 }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 2, fontSize: '0.8125rem', minWidth: 176 }}>
        <HistoryOutlined aria-hidden sx={{ color: value === 0 ? 'neutral.7' : 'severity.medium.main' }} />
        <Box component="span" sx={{ fontWeight: 560, color: value === 0 ? 'text.primary' : 'severity.medium.text' }}>{words}</Box>
      </Box>
      <Slider
        size="small"
        min={-DAYS_BACK}
        max={0}
        step={1}
        track={false}
        value={value}
        onChange={(_event, next) => setMoving(next)}
        onChangeCommitted={(_event, next) => {
          setMoving(null);
          choose(next === 0 ? undefined : dayAt(-next, new Date()));
        }}
        slotProps={{ input: { 'aria-label': 'Days back in time', 'aria-valuetext': words } }}
        sx={{ flex: '1 1 140px', maxWidth: 320, mx: 2, '& .MuiSlider-rail': { bgcolor: 'neutral.7' } }}
      />
      <OutlinedInput
        size="small"
        type="date"
        value={day ?? ''}
        onChange={(event) => choose(event.target.value === '' ? undefined : event.target.value)}
        slotProps={{ input: { 'aria-label': 'Day', max: dayAt(0, new Date()), min: dayAt(DAYS_BACK, new Date()) } }}
        sx={{ width: 142, '& input': { px: '8px !important' } }}
      />
      <Button size="small" variant="outlined" disabled={day === undefined} onClick={() => onChange(undefined)}>Back to now</Button>
    </Box>
  );
}
