'use client';
// The search and the filters over a list, each filter a chip; those that are seldom needed are folded away.
import SearchOutlined from '@mui/icons-material/SearchOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import OutlinedInput from '@mui/material/OutlinedInput';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useShortcut } from '@/shared/frame/useShortcut';
import { FilterChip } from './FilterChip';
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
  const [unfolded, setUnfolded] = useState(false);
  const isSet = ({ key }: Filter) => state.filters[key] !== undefined;
  const folded = filters.filter((filter) => filter.more === true && !isSet(filter));
  const shown = unfolded ? filters : filters.filter((filter) => filter.more !== true || isSet(filter));
  if (filters.length === 0 && searchLabel === undefined && end === undefined) return null;
  return (
    <Box role="search" aria-label="Filter the list" sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 2, mb: 3 }}>
      {searchLabel !== undefined && <Search state={state} label={searchLabel} />}
      {shown.map((filter) => (
        <FilterChip key={filter.key} filter={filter} value={state.filters[filter.key]} onChange={(value) => state.setFilter(filter.key, value)} />
      ))}
      {folded.length > 0 && (
        <Button size="small" variant="text" aria-expanded={unfolded} onClick={() => setUnfolded(!unfolded)}>
          {unfolded ? 'Fewer filters' : 'More filters'}
        </Button>
      )}
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
