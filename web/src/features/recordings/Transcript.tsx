'use client';
// What the screen said, line by line, with search.
import KeyboardArrowDown from '@mui/icons-material/KeyboardArrowDown';
import KeyboardArrowUp from '@mui/icons-material/KeyboardArrowUp';
import SearchOutlined from '@mui/icons-material/Search';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import InputBase from '@mui/material/InputBase';
import Skeleton from '@mui/material/Skeleton';
import { useDeferredValue, useMemo, useRef, useState } from 'react';
import type { RecordingLine } from '@/shared/api/types';
import { useShortcut } from '@/shared/frame/useShortcut';
import { numberWords } from '@/shared/lib/time';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { useTranscript } from './api';
import type { Playback } from './playback/playback';
import { Rows } from './Rows';

const timeOf = (line: RecordingLine) => line.atMs;

export function Transcript({ recordingId, playback, q }: { recordingId: string; playback: Playback; q: string }) {
  const query = useTranscript(recordingId, true);
  const [text, setText] = useState(q);
  const sought = useDeferredValue(text.trim().toLowerCase());
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  useShortcut('/', () => input.current?.focus());
  const lines = query.data?.items;
  const hits = useMemo(() => (sought === '' || lines === undefined ? [] : lines.flatMap((line, index) => (line.line.toLowerCase().includes(sought) ? [index] : []))), [lines, sought]);
  const current = hits.length === 0 ? undefined : hits[at % hits.length];
  const step = (by: 1 | -1) => {
    if (hits.length === 0) return;
    const next = (at + by + hits.length) % hits.length;
    setAt(next);
    const line = lines?.[hits[next] ?? 0];
    if (line !== undefined) void playback.seek(line.atMs);
  };

  if (lines === undefined) return query.isError ? <ErrorState error={query.error} onRetry={() => void query.refetch()} /> : <Waiting />;
  return (
    <>
      <Box role="search" sx={{ flex: 'none', display: 'flex', alignItems: 'center', gap: 1, height: 42, pl: 4, pr: 2, borderBottom: 1, borderColor: 'neutral.4' }}>
        <SearchOutlined aria-hidden fontSize="small" sx={{ color: 'neutral.7' }} />
        <InputBase
          fullWidth
          value={text}
          inputRef={input}
          placeholder="Search what the screen said"
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') step(event.shiftKey ? -1 : 1);
            if (event.key === 'Escape') input.current?.blur();
          }}
          inputProps={{ 'aria-label': 'Search what the screen said', 'aria-keyshortcuts': '/' }}
          sx={{ ml: 1, fontSize: '0.8125rem' }}
        />
        {sought !== '' && (
          <>
            <Box component="span" role="status" className="tabular" sx={{ flex: 'none', fontSize: '0.75rem', color: 'text.secondary' }}>{hits.length === 0 ? 'None' : `${numberWords((at % hits.length) + 1)} of ${numberWords(hits.length)}`}</Box>
            <IconButton size="small" aria-label="Earlier hit" onClick={() => step(-1)}><KeyboardArrowUp /></IconButton>
            <IconButton size="small" aria-label="Later hit" onClick={() => step(1)}><KeyboardArrowDown /></IconButton>
          </>
        )}
      </Box>
      {lines.length === 0 ? (
        <EmptyState dense title="The screen said nothing">There is no line of text in this recording.</EmptyState>
      ) : (
        <Rows label="Transcript" items={lines} timeOf={timeOf} playback={playback} focus={current}>
          {(line, index) => <Box component="span" className="mono" sx={{ whiteSpace: 'pre-wrap', ...(index === current ? { '& mark': { bgcolor: 'severity.medium.main', color: '#1d1400' } } : {}) }}>{marked(line.line, sought)}</Box>}
        </Rows>
      )}
      {query.data?.truncated === true && <Box sx={{ flex: 'none', px: 4, py: 2, borderTop: 1, borderColor: 'neutral.4', fontSize: '0.75rem', color: 'text.secondary' }}>Only the first part is here: the recording said more than a transcript holds.</Box>}
    </>
  );
}

/** The line with each hit marked. */
function marked(line: string, sought: string) {
  if (sought === '') return line;
  const parts = [];
  const lower = line.toLowerCase();
  let from = 0;
  for (let hit = lower.indexOf(sought); hit >= 0; hit = lower.indexOf(sought, from)) {
    parts.push(line.slice(from, hit), <Box component="mark" key={hit} sx={{ bgcolor: 'severity.medium.soft', color: 'severity.medium.text', borderRadius: '2px' }}>{line.slice(hit, hit + sought.length)}</Box>);
    from = hit + sought.length;
  }
  return parts.length === 0 ? line : [...parts, line.slice(from)];
}

function Waiting() {
  return (
    <Box aria-busy="true" sx={{ p: 4, display: 'grid', gap: 3 }}>
      {[70, 92, 40, 66, 84, 52].map((width) => <Skeleton key={width} variant="rounded" height={12} width={`${width}%`} />)}
    </Box>
  );
}
