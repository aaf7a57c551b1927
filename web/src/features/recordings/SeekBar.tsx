'use client';
// The time line: how lively it was, where somebody typed, what happened beside; drag or click to go there.
import Box from '@mui/material/Box';
import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { clockDuration } from '@/shared/lib/time';
import { momentWords } from './moments';
import type { Playback } from './playback/playback';
import { PARTS, type Findings, type Moment } from './playback/survey';
import { usePlayback, useTime } from './usePlayer';
import { JUMP_MS } from './usePlayerKeys';

interface Props {
  playback: Playback;
  findings: Findings | null;
  moments: readonly Moment[];
  /** Expanded size of the whole recording. */
  bytes: number;
}

/** Up to this size the screen follows the drag; a larger recording moves when it is let go. */
const FOLLOW_BYTES = 6 * 1024 * 1024;
const FOLLOW_EVERY_MS = 90;
const HEIGHT = 34;

const markColors: Record<string, string> = {
  viewer_joined: 'severity.low.main',
  viewer_left: 'severity.low.main',
  frozen: 'severity.high.main',
  detached: 'severity.high.main',
  end: 'neutral.9',
};

export function SeekBar({ playback, findings, moments, bytes }: Props) {
  const bar = useRef<HTMLDivElement>(null);
  const followed = useRef(0);
  const at = useTime(playback);
  const duration = usePlayback(playback, (state) => Math.max(1, state.duration));
  const damagedAt = usePlayback(playback, (state) => state.damage?.at ?? null);
  const [hover, setHover] = useState<number | null>(null);
  const [drag, setDrag] = useState<number | null>(null);
  const shown = drag ?? at;
  const share = (ms: number) => `${Math.min(100, (ms / duration) * 100)}%`;

  const timeAt = (event: PointerEvent) => {
    const box = bar.current?.getBoundingClientRect();
    return box === undefined ? 0 : Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)) * duration;
  };
  const onMove = (event: PointerEvent) => {
    const to = timeAt(event);
    setHover(to);
    if (drag === null) return;
    setDrag(to);
    if (bytes <= FOLLOW_BYTES && event.timeStamp - followed.current > FOLLOW_EVERY_MS) {
      followed.current = event.timeStamp;
      void playback.seek(to);
    }
  };
  const drop = (event: PointerEvent) => {
    if (drag === null) return;
    setDrag(null);
    void playback.seek(timeAt(event));
  };
  const onKey = (event: KeyboardEvent) => {
    const to = { ArrowLeft: at - JUMP_MS, ArrowRight: at + JUMP_MS, PageDown: at - duration / 10, PageUp: at + duration / 10, Home: 0, End: duration }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    void playback.seek(to);
  };
  const near = hover === null ? undefined : moments.find((moment) => Math.abs(moment.at - hover) < duration / 160);

  return (
    <Box sx={{ position: 'relative', px: 4, pt: 3, pb: 1 }}>
      <Box
        ref={bar}
        role="slider"
        tabIndex={0}
        aria-label="Time in the recording"
        aria-valuemin={0}
        aria-valuemax={Math.round(duration / 1000)}
        aria-valuenow={Math.round(shown / 1000)}
        aria-valuetext={`${clockDuration(shown)} of ${clockDuration(duration)}`}
        onKeyDown={onKey}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag(timeAt(event));
        }}
        onPointerMove={onMove}
        onPointerUp={drop}
        onPointerCancel={() => setDrag(null)}
        onPointerLeave={() => setHover(null)}
        sx={{ position: 'relative', height: HEIGHT + 10, cursor: 'pointer', touchAction: 'none', borderRadius: '4px', outlineOffset: '4px !important' }}
      >
        <Waves findings={findings} played={shown / duration} />
        {moments.map((moment, index) => (
          <Box key={index} aria-hidden sx={{ position: 'absolute', left: share(moment.at), top: 0, width: 2, ml: '-1px', height: moment.kind === 'resize' ? 8 : HEIGHT, borderRadius: '1px', bgcolor: markColors[moment.kind] ?? 'neutral.7', opacity: 0.9 }} />
        ))}
        {damagedAt !== null && <Box aria-hidden sx={{ position: 'absolute', left: share(damagedAt), right: 0, top: 0, height: HEIGHT, background: (theme) => `repeating-linear-gradient(135deg, ${theme.vars?.palette.severity.critical.line ?? ''} 0 4px, transparent 4px 8px)` }} />}
        <Box aria-hidden sx={{ position: 'absolute', left: share(shown), top: -4, bottom: 4, width: 2, ml: '-1px', bgcolor: 'primary.main', '&::before': { content: '""', position: 'absolute', left: -4, top: 0, width: 10, height: 10, borderRadius: '50%', bgcolor: 'primary.main', boxShadow: '0 0 0 2px var(--sp-palette-background-paper)' } }} />
        {hover !== null && (
          <Box aria-hidden sx={{ position: 'absolute', left: share(hover), bottom: HEIGHT + 18, transform: 'translateX(-50%)', px: 2, py: '3px', borderRadius: '5px', bgcolor: 'neutral.10', color: 'neutral.1', fontSize: '0.75rem', whiteSpace: 'nowrap', pointerEvents: 'none', zIndex: 3 }} className="tabular">
            {clockDuration(hover)}{near === undefined ? '' : ` · ${momentWords(near)}`}
          </Box>
        )}
      </Box>
    </Box>
  );
}

/** Bars for output, dots below for keys: what was played in the accent, the rest in grey. */
function Waves({ findings, played }: { findings: Findings | null; played: number }) {
  const activity = findings?.activity ?? new Array<number>(PARTS).fill(0);
  return (
    <Box component="svg" aria-hidden viewBox={`0 0 ${PARTS} ${HEIGHT + 8}`} preserveAspectRatio="none" sx={{ position: 'absolute', inset: 0, width: '100%', height: HEIGHT + 8, overflow: 'visible' }}>
      {activity.map((size, part) => {
        const height = Math.max(2, size * HEIGHT);
        const on = (part + 0.5) / PARTS <= played;
        return (
          <g key={part}>
            <Box component="rect" x={part + 0.15} width={0.7} y={HEIGHT - height} height={height} sx={{ fill: (theme) => (on ? theme.vars?.palette.primary.main : theme.vars?.palette.neutral[6]) ?? '' }} />
            {findings?.typing[part] === true && <Box component="rect" x={part + 0.1} width={0.8} y={HEIGHT + 4} height={3} sx={{ fill: (theme) => theme.vars?.palette.severity.medium.main ?? '' }} />}
          </g>
        );
      })}
    </Box>
  );
}
