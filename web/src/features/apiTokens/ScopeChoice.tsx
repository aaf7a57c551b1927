'use client';
// What a token is for: ticked one by one, by what they are about. What one's role does not include is named, not offered.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormHelperText from '@mui/material/FormHelperText';
import { useId } from 'react';
import type { Scope } from '@/shared/api/types';
import { plural } from '@/shared/lib/time';
import { sentence } from '@/shared/lib/words';
import { grouped, onlyReads, wordsOf } from './scopes';

interface Props {
  offered: readonly Scope[];
  /** What the person may do nowhere. */
  beyond: readonly Scope[];
  chosen: readonly string[];
  onChange: (chosen: readonly string[]) => void;
  error?: string;
}

export function ScopeChoice({ offered, beyond, chosen, onChange, error }: Props) {
  const id = useId();
  const toggle = (scope: string, on: boolean) => onChange(on ? [...chosen, scope] : chosen.filter((each) => each !== scope));
  return (
    <Box role="group" aria-labelledby={id} aria-describedby={error === undefined ? undefined : `${id}-help`}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1, mb: '6px' }}>
        <Box id={id} sx={{ flex: 1, fontSize: '0.8125rem', fontWeight: 540 }}>What it is for</Box>
        <Button size="small" onClick={() => onChange(offered.filter(onlyReads).map(({ scope }) => scope))}>All that only reads</Button>
        <Button size="small" disabled={chosen.length === 0} onClick={() => onChange([])}>None</Button>
      </Box>
      <Box sx={{ border: 1, borderColor: error === undefined ? 'neutral.5' : 'error.main', borderRadius: '8px', p: 4, pb: 0, columns: { sm: 2 }, columnGap: 6 }}>
        {grouped(offered).map(({ label, scopes }) => (
          <Box key={label} component="fieldset" sx={{ m: 0, mb: 4, p: 0, border: 0, minWidth: 0, breakInside: 'avoid' }}>
            <Box component="legend" sx={{ p: 0, mb: 1, fontSize: '0.75rem', fontWeight: 560, color: 'text.secondary' }}>{label}</Box>
            {scopes.map(({ scope }) => (
              <FormControlLabel
                key={scope}
                control={<Checkbox size="small" checked={chosen.includes(scope)} onChange={(_event, on) => toggle(scope, on)} sx={{ py: '5px' }} />}
                label={<Box component="span" title={scope} sx={{ fontSize: '0.8125rem' }}>{sentence(wordsOf(scope, offered))}</Box>}
                sx={{ display: 'flex', mr: 0, ml: '-7px' }}
              />
            ))}
          </Box>
        ))}
      </Box>
      {error !== undefined && <FormHelperText id={`${id}-help`} error>{error}</FormHelperText>}
      {beyond.length > 0 && (
        <Box component="details" sx={{ mt: 2, fontSize: '0.75rem', color: 'text.secondary' }}>
          <Box component="summary" sx={{ cursor: 'pointer', borderRadius: '4px' }}>{plural(beyond.length, 'thing')} more that tokens can be for, and that your role does not include</Box>
          <Box sx={{ pt: 1 }}>{sentence(beyond.map(({ scope }) => wordsOf(scope, beyond)).join(', '))}.</Box>
        </Box>
      )}
    </Box>
  );
}
