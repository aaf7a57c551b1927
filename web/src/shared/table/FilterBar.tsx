'use client';
// The search and the filters over a list, each filter a chip.
import AddOutlined from '@mui/icons-material/AddOutlined';
import CheckOutlined from '@mui/icons-material/CheckOutlined';
import Close from '@mui/icons-material/Close';
import SearchOutlined from '@mui/icons-material/SearchOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import ButtonBase from '@mui/material/ButtonBase';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import OutlinedInput from '@mui/material/OutlinedInput';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useShortcut } from '@/shared/frame/useShortcut';
import type { Filter } from './types';
import type { ListState } from './useListState';

interface Props {
  state: ListState;
  filters: readonly Filter[];
  /** What the search looks through; no search without it. */
  searchLabel?: string;
  end?: ReactNode;
}

export function FilterBar({ state, filters, searchLabel, end }: Props) {
  if (filters.length === 0 && searchLabel === undefined && end === undefined) return null;
  return (
    <Box role="search" aria-label="Filter the list" sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 2, mb: 3 }}>
      {searchLabel !== undefined && <Search state={state} label={searchLabel} />}
      {filters.map((filter) => (
        <FilterChip key={filter.key} filter={filter} value={state.filters[filter.key]} onChange={(value) => state.setFilter(filter.key, value)} />
      ))}
      {state.narrowed && (
        <Button size="small" variant="text" onClick={state.clear}>
          Clear
        </Button>
      )}
      {end !== undefined && <Box sx={{ ml: 'auto' }}>{end}</Box>}
    </Box>
  );
}

function Search({ state, label }: { state: ListState; label: string }) {
  const [text, setText] = useState(state.q);
  const [known, setKnown] = useState(state.q);
  const input = useRef<HTMLInputElement>(null);
  // The URL changed from elsewhere (cleared, a link): follow it.
  if (known !== state.q) {
    setKnown(state.q);
    setText(state.q);
  }
  const { setQ } = state;
  useEffect(() => {
    if (text.trim() === known) return;
    const timer = setTimeout(() => {
      setKnown(text.trim());
      setQ(text.trim());
    }, 250);
    return () => clearTimeout(timer);
  }, [known, setQ, text]);
  useShortcut('/', () => input.current?.focus());
  return (
    <OutlinedInput
      size="small"
      type="search"
      value={text}
      placeholder={label}
      inputRef={input}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') input.current?.blur();
      }}
      startAdornment={<SearchOutlined aria-hidden fontSize="small" sx={{ color: 'neutral.7', mr: 1 }} />}
      slotProps={{ input: { 'aria-label': label, 'aria-keyshortcuts': '/' } }}
      sx={{ width: { xs: '100%', sm: 260 }, pl: '10px', '& .MuiOutlinedInput-input': { pl: 0 }, '& input::-webkit-search-cancel-button': { filter: 'grayscale(1)' } }}
    />
  );
}

interface ChipProps {
  filter: Filter;
  value: string | undefined;
  onChange: (value: string | null) => void;
}

function FilterChip({ filter, value, onChange }: ChipProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const chosen = filter.options.find((option) => option.value === value);
  const on = value !== undefined;
  const pick = (next: string) => {
    setAnchor(null);
    onChange(next === value ? null : next);
  };
  return (
    <Box
      sx={{
        display: 'inline-flex', height: 30, borderRadius: '6px', border: 1, borderStyle: on ? 'solid' : 'dashed', borderColor: on ? 'accent.line' : 'neutral.6', bgcolor: on ? 'accent.soft' : 'transparent',
        fontSize: '0.8125rem', overflow: 'hidden', '@media (pointer: coarse)': { height: 38 },
      }}
    >
      <ButtonBase
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        onClick={(event) => setAnchor(event.currentTarget)}
        sx={{ px: '10px', gap: '5px', font: 'inherit', color: on ? 'text.primary' : 'text.secondary', outlineOffset: '-2px !important', '&:hover': { bgcolor: on ? 'transparent' : 'neutral.3' } }}
      >
        {!on && <AddOutlined aria-hidden sx={{ fontSize: 14 }} />}
        {filter.label}
        {on && (
          <Box component="span" sx={{ fontWeight: 580, maxWidth: 180, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
            {chosen?.label ?? '…'}
          </Box>
        )}
      </ButtonBase>
      {on && (
        <ButtonBase aria-label={`Remove the filter ${filter.label}`} onClick={() => onChange(null)} sx={{ px: '6px', borderLeft: 1, borderColor: 'accent.line', color: 'text.secondary', outlineOffset: '-2px !important' }}>
          <Close sx={{ fontSize: 14 }} />
        </ButtonBase>
      )}
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)} slotProps={{ paper: { sx: { minWidth: 180, maxHeight: 360 } }, list: { 'aria-label': filter.label } }}>
        {filter.options.map((option) => (
          <MenuItem key={option.value} selected={option.value === value} onClick={() => pick(option.value)}>
            <Box component="span" sx={{ flex: 1 }}>{option.label}</Box>
            {option.value === value && <CheckOutlined aria-hidden fontSize="small" />}
          </MenuItem>
        ))}
        {filter.options.length === 0 && <MenuItem disabled>Nothing to choose</MenuItem>}
      </Menu>
    </Box>
  );
}
