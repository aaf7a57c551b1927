'use client';
// A long list of lines at times: the one that plays now is marked and kept in sight; a click goes to its time.
import Box from '@mui/material/Box';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type ReactNode } from 'react';
import { clockDuration } from '@/shared/lib/time';
import type { Playback } from './playback/playback';
import { TIME_STEP_MS, useTime } from './usePlayer';

interface Props<T> {
  label: string;
  items: readonly T[];
  timeOf: (item: T) => number;
  playback: Playback;
  /** Brought into sight when it changes. */
  focus?: number;
  children: (item: T, index: number) => ReactNode;
}

/** After the reader scrolled, the list stays where it is for a while. */
const LEAVE_ALONE_MS = 4_000;

export function Rows<T>({ label, items, timeOf, playback, focus, children }: Props<T>) {
  const scroller = useRef<HTMLDivElement>(null);
  const touched = useRef(0);
  const at = useTime(playback);
  // eslint-disable-next-line react-hooks/incompatible-library -- its functions are used in this component alone
  const rows = useVirtualizer({ count: items.length, getScrollElement: () => scroller.current, estimateSize: () => 24, overscan: 12 });
  const now = lastAtOrBefore(items, timeOf, at + TIME_STEP_MS);
  useEffect(() => {
    if (now >= 0 && Date.now() - touched.current > LEAVE_ALONE_MS) rows.scrollToIndex(now, { align: 'center' });
  }, [now, rows]);
  useEffect(() => {
    if (focus !== undefined && focus >= 0) rows.scrollToIndex(focus, { align: 'center' });
  }, [focus, rows]);
  const touch = () => {
    touched.current = Date.now();
  };
  return (
    <Box ref={scroller} data-scrolls onWheel={touch} onPointerDown={touch} sx={{ flex: 1, minHeight: 0, overflowY: 'auto', overflowX: 'hidden' }}>
      <Box component="ol" aria-label={label} sx={{ listStyle: 'none', m: 0, p: 0, position: 'relative', height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => {
          const item = items[row.index];
          if (item === undefined) return null;
          const current = row.index === now;
          return (
            <Box
              component="li"
              key={row.key}
              ref={rows.measureElement}
              data-index={row.index}
              aria-setsize={items.length}
              aria-posinset={row.index + 1}
              sx={{ position: 'absolute', insetInline: 0, top: 0, transform: `translateY(${row.start}px)` }}
            >
              <Box
                component="button"
                type="button"
                aria-current={current ? 'time' : undefined}
                onClick={() => void playback.seek(timeOf(item))}
                sx={{
                  display: 'grid', gridTemplateColumns: '48px minmax(0, 1fr)', columnGap: 2, width: '100%', px: 3, py: '2px', border: 0, borderLeft: '2px solid', textAlign: 'left', font: 'inherit', fontSize: '0.75rem', lineHeight: '20px', cursor: 'pointer',
                  color: 'text.primary', borderColor: current ? 'primary.main' : 'transparent', bgcolor: current ? 'accent.soft' : 'transparent', outlineOffset: '-2px !important', '&:hover': { bgcolor: current ? 'accent.soft' : 'neutral.3' },
                }}
              >
                <Box component="span" className="tabular" sx={{ color: 'text.secondary' }}>{clockDuration(timeOf(item))}</Box>
                <Box component="span" sx={{ minWidth: 0, overflowWrap: 'anywhere' }}>{children(item, row.index)}</Box>
              </Box>
            </Box>
          );
        })}
      </Box>
    </Box>
  );
}

/** The index of the last item that is not later than the time; -1 before the first. */
function lastAtOrBefore<T>(items: readonly T[], timeOf: (item: T) => number, at: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && timeOf(item) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
