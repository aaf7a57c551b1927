'use client';
// The options of a filter that has many: typed for, walked by the arrows, taken by Enter.
import CheckOutlined from '@mui/icons-material/CheckOutlined';
import Box from '@mui/material/Box';
import InputBase from '@mui/material/InputBase';
import Popover from '@mui/material/Popover';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useSettled } from '@/shared/lib/useSettled';
import type { Filter, FilterOption } from './types';

interface Props {
  filter: Filter;
  value: string | undefined;
  anchor: HTMLElement;
  onPick: (value: string) => void;
  onClose: () => void;
}

export function FilterFinder({ filter: { label, options, onFind }, value, anchor, onPick, onClose }: Props) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const settled = useSettled(text.trim());
  useEffect(() => {
    onFind?.(settled);
    return () => onFind?.('');
  }, [onFind, settled]);
  const sought = text.trim().toLowerCase();
  const begins = (option: FilterOption) => option.label.toLowerCase().startsWith(sought);
  const shown = options.filter((option) => `${option.label} ${option.hint ?? ''}`.toLowerCase().includes(sought)).sort((a, b) => Number(begins(b)) - Number(begins(a)));
  const active = Math.min(at, shown.length - 1);
  useEffect(() => {
    list.current?.querySelector('[data-active]')?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setAt((active + step + shown.length) % Math.max(1, shown.length));
    }
    const option = shown[active];
    if (event.key === 'Enter') {
      // The focus goes back to the chip, which must not take the key as a click of its own.
      event.preventDefault();
      if (option !== undefined) onPick(option.value);
    }
  };
  const id = `find-${label.toLowerCase()}`;
  return (
    <Popover open anchorEl={anchor} onClose={onClose} anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }} slotProps={{ paper: { role: 'dialog', 'aria-label': label, sx: { width: 300, mt: 1 } } }}>
      <InputBase
        autoFocus
        fullWidth
        value={text}
        placeholder={`Find: ${label.toLowerCase()}`}
        onChange={(event) => { setText(event.target.value); setAt(0); }}
        onKeyDown={onKeyDown}
        sx={{ px: 3, height: 40, fontSize: '0.8125rem', borderBottom: 1, borderColor: 'neutral.4' }}
        inputProps={{ role: 'combobox', 'aria-label': `Find: ${label.toLowerCase()}`, 'aria-expanded': true, 'aria-controls': id, 'aria-activedescendant': active >= 0 ? `${id}-${active}` : undefined, 'aria-autocomplete': 'list' }}
      />
      <Box ref={list} id={id} role="listbox" aria-label={label} sx={{ p: 1, maxHeight: 320, overflowY: 'auto' }}>
        {shown.map((option, index) => (
          // The keyboard stays in the search field and moves the active option.
          <Box
            key={option.value}
            role="option"
            id={`${id}-${index}`}
            aria-selected={option.value === value}
            data-active={index === active || undefined}
            onClick={() => onPick(option.value)}
            onMouseMove={() => setAt(index)}
            sx={{ display: 'flex', alignItems: 'center', gap: 2, minHeight: 32, px: 2.5, py: '3px', borderRadius: '5px', cursor: 'pointer', fontSize: '0.8125rem', bgcolor: index === active ? 'neutral.4' : undefined, '@media (pointer: coarse)': { minHeight: 44 } }}
          >
            <Box sx={{ flex: 1, minWidth: 0, overflowWrap: 'anywhere' }}>
              {option.label}
              {option.hint !== undefined && <Box sx={{ fontSize: '0.75rem', lineHeight: 1.35, color: index === active ? 'neutral.9' : 'text.secondary' }}>{option.hint}</Box>}
            </Box>
            {option.value === value && <CheckOutlined aria-hidden fontSize="small" />}
          </Box>
        ))}
      </Box>
      {shown.length === 0 && <Box role="status" sx={{ px: 3, pb: 4, pt: 1, textAlign: 'center', color: 'text.secondary', fontSize: '0.8125rem' }}>Nothing by that name.</Box>}
    </Popover>
  );
}
