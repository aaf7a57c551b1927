'use client';
// What of the grid is drawn, by how far it is scrolled and how large it is.
import { useEffect, useState, type RefObject } from 'react';
import { flushSync } from 'react-dom';
import { CELL, HEAD } from './gridStyles';
import { NO_STRIP, inOrder, offsetOf, spanOf, turned, type Axis, type Strip } from './slots';

interface Drawn {
  rows: Strip;
  cols: Strip;
}

const ROWS: Axis = { size: CELL.height, step: 1, more: 4 };
const COLS: Axis = { size: CELL.width, step: 4, more: 2 };
/** Without scrolling for so long, it rests. */
const REST_MS = 200;

export function useDrawn(scroller: RefObject<HTMLElement | null>, rows: number, cols: number): Drawn {
  const [drawn, setDrawn] = useState<Drawn>({ rows: NO_STRIP, cols: NO_STRIP });
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const draw = (tidy: (strip: Strip) => Strip = (strip) => strip) => setDrawn((before) => {
      const { scrollTop, scrollLeft, clientHeight, clientWidth } = element;
      const next = {
        rows: tidy(turned(before.rows, spanOf(scrollTop, clientHeight - HEAD.height, rows, ROWS))),
        cols: tidy(turned(before.cols, spanOf(scrollLeft, clientWidth - HEAD.width, cols, COLS))),
      };
      return next.rows === before.rows && next.cols === before.cols ? before : next;
    });
    let resting: ReturnType<typeof setTimeout> | undefined;
    // Before the next frame is painted, or else one sees for a moment where nothing is.
    const now = () => flushSync(() => draw());
    const onScroll = () => {
      now();
      clearTimeout(resting);
      resting = setTimeout(() => draw(inOrder), REST_MS);
    };
    const watch = new ResizeObserver(now);
    watch.observe(element);
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      watch.disconnect();
      clearTimeout(resting);
      element.removeEventListener('scroll', onScroll);
    };
  }, [scroller, rows, cols]);
  return drawn;
}

/** Scrolls no further than is needed for a cell to be in sight. */
export function showCell(element: HTMLElement, { row, col }: { row: number; col: number }) {
  const { scrollTop, scrollLeft, clientHeight, clientWidth } = element;
  element.scrollTop = offsetOf(row, scrollTop, clientHeight - HEAD.height, CELL.height);
  element.scrollLeft = offsetOf(col, scrollLeft, clientWidth - HEAD.width, CELL.width);
}
