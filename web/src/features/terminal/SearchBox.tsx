'use client';
// Search in what the screen and its history show.
import Close from '@mui/icons-material/Close';
import KeyboardArrowDown from '@mui/icons-material/KeyboardArrowDown';
import KeyboardArrowUp from '@mui/icons-material/KeyboardArrowUp';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import InputBase from '@mui/material/InputBase';
import type { ISearchOptions } from '@xterm/addon-search';
import { useEffect, useState } from 'react';
import { searchColors } from '@/shared/terminal/palette';
import { useTerminalSettings } from './settings';
import type { Stage } from './stage';

export function SearchBox({ stage, onClose }: { stage: Stage; onClose: () => void }) {
  const { tone } = useTerminalSettings();
  const [text, setText] = useState('');
  const [found, setFound] = useState({ at: -1, count: 0 });
  useEffect(() => {
    const results = stage.search.onDidChangeResults(({ resultIndex, resultCount }) => setFound({ at: resultIndex, count: resultCount }));
    return () => {
      results.dispose();
      stage.search.clearDecorations();
    };
  }, [stage]);

  const options = (incremental: boolean): ISearchOptions => {
    const { match, active, border } = searchColors[tone];
    return { incremental, decorations: { matchBackground: match, activeMatchBackground: active, activeMatchBorder: border, matchOverviewRuler: match, activeMatchColorOverviewRuler: active } };
  };
  const step = (by: 1 | -1) => {
    if (by === 1) stage.search.findNext(text, options(false));
    else stage.search.findPrevious(text, options(false));
  };
  const change = (next: string) => {
    setText(next);
    if (next === '') {
      stage.search.clearDecorations();
      setFound({ at: -1, count: 0 });
    } else {
      // What one looks for was usually said last.
      stage.search.findPrevious(next, options(true));
    }
  };
  const words = text === '' ? '' : found.count === 0 ? 'None' : found.at < 0 ? `${found.count}+` : `${found.at + 1} of ${found.count}`;
  return (
    <Box
      role="search"
      sx={{ position: 'absolute', zIndex: 6, top: 8, right: 20, display: 'flex', alignItems: 'center', gap: 1, width: 320, maxWidth: 'calc(100% - 40px)', height: 36, pl: 3, pr: 1, bgcolor: 'background.paper', borderRadius: '8px', border: 1, borderColor: 'neutral.6', boxShadow: '0 6px 20px rgb(0 0 0 / 0.25)' }}
    >
      <InputBase
        autoFocus
        fullWidth
        value={text}
        placeholder="Search the screen"
        onChange={(event) => change(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onClose();
          if (event.key === 'Enter') step(event.shiftKey ? 1 : -1);
        }}
        inputProps={{ 'aria-label': 'Search the screen' }}
        sx={{ fontSize: '0.8125rem' }}
      />
      <Box component="span" role="status" className="tabular" sx={{ flex: 'none', fontSize: '0.75rem', color: 'text.secondary' }}>{words}</Box>
      <IconButton size="small" aria-label="Earlier" onClick={() => step(-1)}><KeyboardArrowUp /></IconButton>
      <IconButton size="small" aria-label="Later" onClick={() => step(1)}><KeyboardArrowDown /></IconButton>
      <IconButton size="small" aria-label="Close the search" onClick={onClose}><Close /></IconButton>
    </Box>
  );
}
