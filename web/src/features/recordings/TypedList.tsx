'use client';
// Who typed what. What the screen did not show, such as a password, is told as hidden.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import LinearProgress from '@mui/material/LinearProgress';
import { bytesWords, plural } from '@/shared/lib/time';
import { EmptyState } from '@/shared/ui/EmptyState';
import { PersonAvatar } from '@/shared/ui/PersonAvatar';
import type { Playback } from './playback/playback';
import type { TypedLine, TypedPart } from './playback/typed';
import { Rows } from './Rows';
import type { Reading } from './usePlayer';

interface Props {
  playback: Playback;
  reading: Reading;
  people: Record<string, string>;
  bytes: number;
}

const timeOf = (line: TypedLine) => line.at;

export function TypedList({ playback, reading: { findings, ask }, people, bytes }: Props) {
  if (ask !== null) {
    return (
      <EmptyState dense title="Not read yet" action={<Button variant="outlined" onClick={ask}>Read all of it</Button>}>
        This recording is large ({bytesWords(bytes)}). To list what was typed, all of it must be read.
      </EmptyState>
    );
  }
  const lines = findings?.typed ?? [];
  const reading = findings === null || findings.read < findings.of;
  return (
    <>
      {reading && <LinearProgress variant={findings === null ? 'indeterminate' : 'determinate'} value={findings === null ? undefined : (findings.read / findings.of) * 100} aria-label="Reading the recording" sx={{ flex: 'none', height: 2 }} />}
      {!reading && lines.length === 0 ? (
        <EmptyState dense title="Nothing was typed">Nobody typed in this session.</EmptyState>
      ) : (
        <Rows label="What was typed" items={lines} timeOf={timeOf} playback={playback}>
          {(line, index) => (
            <>
              {line.userId !== lines[index - 1]?.userId && (
                <Box component="span" sx={{ display: 'flex', alignItems: 'center', gap: '6px', fontWeight: 580, py: '2px' }}>
                  <PersonAvatar name={people[line.userId] ?? '?'} size={18} />
                  {people[line.userId] ?? 'Somebody not named in the recording'}
                </Box>
              )}
              {line.parts.map((part, at) => <Part key={at} part={part} />)}
            </>
          )}
        </Rows>
      )}
    </>
  );
}

function Part({ part }: { part: TypedPart }) {
  switch (part.kind) {
    case 'text':
      return <Box component="span" className="mono" sx={{ whiteSpace: 'pre-wrap' }}>{part.text}</Box>;
    case 'key':
      return (
        <Box component="kbd" sx={{ mx: '2px', px: '4px', py: '1px', fontFamily: 'inherit', fontSize: '0.6875rem', borderRadius: '3px', border: 1, borderColor: 'neutral.5', bgcolor: 'neutral.3', color: 'neutral.9', whiteSpace: 'nowrap' }}>
          {part.text}{part.length > 1 ? ` ×${part.length}` : ''}
        </Box>
      );
    case 'hidden':
      return <Box component="span" title="The screen did not show it" sx={{ color: 'text.secondary', fontStyle: 'italic' }}>{plural(part.length, 'character')}, hidden</Box>;
  }
}
