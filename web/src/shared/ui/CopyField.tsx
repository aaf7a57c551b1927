'use client';
// A text that has to be entered somewhere else, letter by letter, with a button that copies it.
import Box from '@mui/material/Box';
import { CopyButton } from './CopyButton';

interface Props {
  label: string;
  text: string;
  /** What is copied, as in "Copy redirect address". */
  what?: string;
}

/** A command does not break within the name of an option. */
function partsOf(text: string) {
  return text.split(/(?<= )(--\w+)/).map((part, at) => (part.startsWith('--') ? <Box key={`${at} ${part}`} component="span" sx={{ whiteSpace: 'nowrap' }}>{part}</Box> : part));
}

export function CopyField({ label, text, what = label.toLowerCase() }: Props) {
  return (
    <Box sx={{ minWidth: 0 }}>
      <Box sx={{ mb: '4px', fontSize: '0.75rem', fontWeight: 540, color: 'text.secondary' }}>{label}</Box>
      <Box sx={{ display: 'flex', alignItems: 'flex-start', gap: 1, pl: 3, pr: 1, py: '4px', border: 1, borderColor: 'neutral.5', borderRadius: '6px', bgcolor: 'neutral.2' }}>
        <Box component="code" className="mono" sx={{ flex: 1, minWidth: 0, py: '4px', fontSize: '0.8125rem', lineHeight: '18px', overflowWrap: 'anywhere', userSelect: 'all' }}>{partsOf(text)}</Box>
        <CopyButton text={text} what={what} />
      </Box>
    </Box>
  );
}
