'use client';
// Beside the screen: what it said, who typed what, what happened.
import Box from '@mui/material/Box';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import { useState } from 'react';
import type { Recording, RecordingIndex } from '@/shared/api/types';
import { Happenings } from './Happenings';
import type { Playback } from './playback/playback';
import type { Moment } from './playback/survey';
import { Transcript } from './Transcript';
import { TypedList } from './TypedList';
import type { Reading } from './usePlayer';

interface Props {
  playback: Playback;
  reading: Reading;
  moments: readonly Moment[];
  index: RecordingIndex;
  recording: Recording;
  q: string;
}

const tabs = ['Transcript', 'Typed', 'Events'] as const;

export function SidePanel({ playback, reading, moments, index, recording, q }: Props) {
  const [tab, setTab] = useState<(typeof tabs)[number]>('Transcript');
  return (
    <Box component="section" aria-label="Beside the recording" sx={{ display: 'flex', flexDirection: 'column', minHeight: 0, height: { xs: 460, lg: 'auto' }, border: 1, borderColor: 'neutral.5', borderRadius: '8px', overflow: 'hidden' }}>
      <Tabs value={tab} onChange={(_event, next: (typeof tabs)[number]) => setTab(next)} aria-label="What to read" sx={{ px: 4, flex: 'none' }}>
        {tabs.map((each) => <Tab key={each} value={each} label={each} id={`tab-${each}`} aria-controls={`panel-${each}`} />)}
      </Tabs>
      <Box role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`} sx={{ flex: 1, minHeight: 0, display: 'flex', flexDirection: 'column' }}>
        {tab === 'Transcript' && <Transcript recordingId={recording.id} playback={playback} q={q} />}
        {tab === 'Typed' && <TypedList playback={playback} reading={reading} people={index.people} bytes={recording.sizeBytes} />}
        {tab === 'Events' && <Happenings playback={playback} moments={moments} people={index.people} />}
      </Box>
    </Box>
  );
}
