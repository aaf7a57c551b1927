'use client';
// The checks of a test, each with its state as a shape and a word.
import CheckCircleOutlined from '@mui/icons-material/CheckCircleOutlined';
import ErrorOutlined from '@mui/icons-material/ErrorOutlined';
import RadioButtonUncheckedOutlined from '@mui/icons-material/RadioButtonUncheckedOutlined';
import Box from '@mui/material/Box';
import CircularProgress from '@mui/material/CircularProgress';
import type { CheckLine } from './checks';

const words: Record<CheckLine['state'], string> = { waiting: 'Not yet', running: 'Under way', passed: 'Passed', failed: 'Failed' };

export function CheckList({ lines }: { lines: readonly CheckLine[] }) {
  return (
    <Box component="ul" aria-label="Checks" aria-live="polite" sx={{ listStyle: 'none', m: 0, p: 0, border: 1, borderColor: 'neutral.5', borderRadius: '8px' }}>
      {lines.map((line) => (
        <Box component="li" key={line.code} sx={{ display: 'flex', alignItems: 'flex-start', gap: 3, px: 4, py: 2.5, borderTop: 1, borderColor: 'neutral.4', '&:first-of-type': { borderTop: 0 } }}>
          <Box aria-hidden sx={{ display: 'grid', placeItems: 'center', width: 20, height: 20, flex: 'none' }}><Sign state={line.state} /></Box>
          <Box sx={{ flex: 1, minWidth: 0, fontSize: '0.8125rem', lineHeight: '20px' }}>
            <Box sx={{ color: line.state === 'waiting' ? 'text.secondary' : 'text.primary' }}>{line.what}</Box>
            {line.detail !== undefined && <Box sx={{ color: line.state === 'failed' ? 'severity.critical.text' : 'text.secondary', overflowWrap: 'anywhere' }}>{line.detail}</Box>}
          </Box>
          <Box component="span" sx={{ fontSize: '0.75rem', lineHeight: '20px', whiteSpace: 'nowrap', color: line.state === 'failed' ? 'severity.critical.text' : line.state === 'passed' ? 'ok.text' : 'text.secondary' }}>{words[line.state]}</Box>
        </Box>
      ))}
    </Box>
  );
}

function Sign({ state }: { state: CheckLine['state'] }) {
  switch (state) {
    case 'waiting': return <RadioButtonUncheckedOutlined sx={{ color: 'neutral.6' }} />;
    case 'running': return <CircularProgress size={15} thickness={5} aria-hidden />;
    case 'passed': return <CheckCircleOutlined sx={{ color: 'ok.main' }} />;
    case 'failed': return <ErrorOutlined sx={{ color: 'severity.critical.main' }} />;
  }
}
