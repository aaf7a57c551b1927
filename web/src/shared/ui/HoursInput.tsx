'use client';
// At which times of the week access holds: at any, or in windows of days by the clock of a time zone.
import Add from '@mui/icons-material/Add';
import Close from '@mui/icons-material/Close';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import FormHelperText from '@mui/material/FormHelperText';
import IconButton from '@mui/material/IconButton';
import OutlinedInput from '@mui/material/OutlinedInput';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import { useId, useMemo } from 'react';
import { MOST_WINDOWS, WEEKDAYS, allTimeZones, dayNames, tidyTime, windowField, withWindow, type HoursForm, type Weekday } from '@/shared/lib/hours';
import { SelectInput, TextInput } from './form';

interface Props {
  form: HoursForm;
  onChange: (form: HoursForm) => void;
  /** By the server's names of the fields. */
  wrong: Record<string, string | undefined>;
}

type Row = HoursForm['windows'][number];

export function HoursInput({ form, onChange, wrong }: Props) {
  const zones = useMemo(() => allTimeZones(), []);
  const { limited, windows } = form;
  const setRow = (place: number, row: Row) => onChange({ ...form, windows: windows.map((each, at) => (at === place ? row : each)) });
  return (
    <>
      <SelectInput
        label="Hours"
        value={limited ? 'limited' : 'any'}
        onChange={(value) => onChange({ ...form, limited: value === 'limited' })}
        options={[{ value: 'any', label: 'Any time' }, { value: 'limited', label: 'Only at these times', hint: 'Open sessions end when the hours do' }]}
        error={wrong.hours ?? wrong['hours.windows']}
      />
      {limited && (
        <Box role="group" aria-label="Hours" sx={{ display: 'grid', gap: 4, gridTemplateColumns: 'minmax(0, 1fr)', pl: { sm: 4 }, borderLeft: { sm: 2 }, borderColor: { sm: 'neutral.5' } }}>
          {windows.map((row, place) => (
            <WindowRow
              key={row.key}
              place={place}
              row={row}
              wrong={wrong}
              onChange={(changed) => setRow(place, changed)}
              onRemove={windows.length > 1 ? () => onChange({ ...form, windows: windows.filter(({ key }) => key !== row.key) }) : undefined}
            />
          ))}
          <Button variant="text" size="small" startIcon={<Add />} disabled={windows.length >= MOST_WINDOWS} onClick={() => onChange(withWindow(form))} sx={{ justifySelf: 'start' }}>Add times</Button>
          <TextInput label="Time zone" value={form.timeZone} onChange={(timeZone) => onChange({ ...form, timeZone })} suggestions={zones} autoComplete="off" error={wrong['hours.timeZone']} hint="By its clock, in summer and winter." />
        </Box>
      )}
    </>
  );
}

interface RowProps {
  place: number;
  row: Row;
  wrong: Props['wrong'];
  onChange: (row: Row) => void;
  onRemove?: () => void;
}

function WindowRow({ place, row, wrong, onChange, onRemove }: RowProps) {
  const id = useId();
  const problem = (field: string) => wrong[windowField(place, field)];
  const problems = ['days', 'from', 'to'].flatMap((field) => problem(field) ?? []);
  const overnight = tidyTime(row.to) <= tidyTime(row.from);
  const help = problems.length > 0 || overnight ? `${id}-help` : undefined;
  const name = `Times ${place + 1}`;
  return (
    <Box role="group" aria-label={name} aria-describedby={help} sx={{ minWidth: 0 }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 2 }}>
        <ToggleButtonGroup
          size="small"
          aria-label={`Days of ${name.toLowerCase()}`}
          value={row.days}
          onChange={(_, days: Weekday[]) => onChange({ ...row, days })}
          sx={{ flex: '1 1 252px', minWidth: 0, ...(problem('days') === undefined ? {} : { '& .MuiToggleButton-root': { borderColor: 'error.main' } }) }}
        >
          {WEEKDAYS.map((day) => <ToggleButton key={day} value={day} aria-label={dayNames[day]} sx={{ flex: 1, minWidth: 0, px: 0, minHeight: 36 }}>{dayNames[day].slice(0, 2)}</ToggleButton>)}
        </ToggleButtonGroup>
        <Box sx={{ display: 'flex', alignItems: 'center', gap: 2, flex: 'none' }}>
          <TimeInput label={`From, ${name.toLowerCase()}`} value={row.from} wrong={problem('from') !== undefined} help={help} onChange={(from) => onChange({ ...row, from })} />
          <span aria-hidden>–</span>
          <TimeInput label={`To, ${name.toLowerCase()}`} value={row.to} wrong={problem('to') !== undefined} help={help} onChange={(to) => onChange({ ...row, to })} />
          <IconButton size="small" aria-label={`Remove ${name.toLowerCase()}`} disabled={onRemove === undefined} onClick={onRemove}><Close fontSize="small" /></IconButton>
        </Box>
      </Box>
      {help !== undefined && <FormHelperText id={help} error={problems.length > 0}>{problems.length > 0 ? problems.join('. ') : 'Until the next day.'}</FormHelperText>}
    </Box>
  );
}

function TimeInput({ label, value, wrong, help, onChange }: { label: string; value: string; wrong: boolean; help: string | undefined; onChange: (value: string) => void }) {
  return (
    <OutlinedInput
      value={value}
      error={wrong}
      onChange={(event) => onChange(event.target.value)}
      onBlur={() => onChange(tidyTime(value))}
      sx={{ width: 76 }}
      slotProps={{ input: { 'aria-label': label, 'aria-describedby': help, className: 'mono', maxLength: 5, autoComplete: 'off', spellCheck: false, placeholder: '08:00' } }}
    />
  );
}
