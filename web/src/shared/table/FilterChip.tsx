'use client';
// One filter of a list as a chip: its name, what is chosen, and the way to choose. A long list of options can be searched.
import AddOutlined from '@mui/icons-material/AddOutlined';
import CheckOutlined from '@mui/icons-material/CheckOutlined';
import Close from '@mui/icons-material/Close';
import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { useState } from 'react';
import { FilterFinder } from './FilterFinder';
import { FilterTyped } from './FilterTyped';
import type { Filter } from './types';

/** More than can be taken in at a glance. */
const MANY = 10;

interface Props {
  filter: Filter;
  value: string | undefined;
  onChange: (value: string | null) => void;
}

export function FilterChip({ filter, value, onChange }: Props) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const chosen = filter.options.find((option) => option.value === value);
  const on = value !== undefined;
  const searched = filter.onFind !== undefined || filter.options.length > MANY;
  const close = () => setAnchor(null);
  const pick = (next: string) => {
    close();
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
        aria-haspopup={searched || filter.typed !== undefined ? 'dialog' : 'menu'}
        aria-expanded={anchor !== null}
        onClick={(event) => setAnchor(event.currentTarget)}
        sx={{ px: '10px', gap: '5px', font: 'inherit', color: on ? 'text.primary' : 'text.secondary', outlineOffset: '-2px !important', '&:hover': { bgcolor: on ? 'transparent' : 'neutral.3' } }}
      >
        {!on && <AddOutlined aria-hidden sx={{ fontSize: 14 }} />}
        {filter.label}
        {on && (
          <Box component="span" sx={{ fontWeight: 580, maxWidth: 180, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
            {chosen?.label ?? (filter.typed === undefined ? '…' : value)}
          </Box>
        )}
      </ButtonBase>
      {on && (
        <ButtonBase aria-label={`Remove the filter ${filter.label}`} onClick={() => onChange(null)} sx={{ px: '6px', borderLeft: 1, borderColor: 'accent.line', color: 'text.secondary', outlineOffset: '-2px !important' }}>
          <Close sx={{ fontSize: 14 }} />
        </ButtonBase>
      )}
      {filter.typed !== undefined ? (
        anchor !== null && <FilterTyped label={filter.label} typed={filter.typed} value={value} anchor={anchor} onPick={(next) => { close(); onChange(next); }} onClose={close} />
      ) : searched ? (
        anchor !== null && <FilterFinder filter={filter} value={value} anchor={anchor} onPick={pick} onClose={close} />
      ) : (
        <Menu anchorEl={anchor} open={anchor !== null} onClose={close} slotProps={{ paper: { sx: { minWidth: 180, maxHeight: 360 } }, list: { 'aria-label': filter.label } }}>
          {filter.options.map((option) => (
            <MenuItem key={option.value} selected={option.value === value} onClick={() => pick(option.value)}>
              <Box component="span" sx={{ flex: 1 }}>{option.label}</Box>
              {option.value === value && <CheckOutlined aria-hidden fontSize="small" />}
            </MenuItem>
          ))}
          {filter.options.length === 0 && <MenuItem disabled>Nothing to choose</MenuItem>}
        </Menu>
      )}
    </Box>
  );
}
