'use client';
// The mouse on the grid: a block by dragging, a row or column by its head, terms pulled along a row by the handle of a cell.
// A finger scrolls; its tap selects one cell.
import { useState, type MouseEvent, type PointerEvent, type RefObject } from 'react';
import type { Grid } from './api';
import { at, wholeCols, wholeRows, type Selection, type Spot } from './selection';

interface Options {
  scroller: RefObject<HTMLDivElement | null>;
  grid: Grid;
  selection: Selection;
  onSelect: (selection: Selection) => void;
  onOpen: () => void;
  onFill?: (to: number) => void;
  /** Brings a cell into sight. */
  show: (spot: Spot) => void;
}

type Doing = 'block' | 'fill' | null;

function spotOf(cell: HTMLElement): Spot {
  return { row: Number(cell.closest<HTMLElement>('[data-cell-row]')?.dataset.cellRow), col: Number(cell.dataset.cellCol) };
}

function spotAt(x: number, y: number): Spot | null {
  for (const element of document.elementsFromPoint(x, y)) {
    const cell = element.closest<HTMLElement>('[data-cell-col]');
    if (cell !== null) return spotOf(cell);
  }
  return null;
}

export function useGridPointer({ scroller, grid, selection, onSelect, onOpen, onFill, show }: Options) {
  const [doing, setDoing] = useState<Doing>(null);
  const [fill, setFill] = useState<number | null>(null);

  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0 || event.pointerType === 'touch' || !(event.target instanceof Element)) return;
    scroller.current?.focus({ preventScroll: true });
    if (event.target.closest('[data-handle]') !== null && onFill !== undefined) {
      event.preventDefault();
      setDoing('fill');
      setFill(selection.active.col);
      return;
    }
    const spot = spotAt(event.clientX, event.clientY);
    if (spot === null || event.target.closest('[data-row-head], [data-col-head]') !== null) return;
    event.preventDefault();
    onSelect(event.shiftKey ? { anchor: selection.anchor, active: spot } : at(spot));
    setDoing('block');
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    if (doing === null) return;
    // The button was let go outside of the window.
    if (event.buttons === 0) {
      setDoing(null);
      setFill(null);
      return;
    }
    const spot = spotAt(event.clientX, event.clientY);
    if (spot === null) return;
    show(spot);
    if (doing === 'fill') setFill(spot.col);
    else if (spot.row !== selection.active.row || spot.col !== selection.active.col) onSelect({ anchor: selection.anchor, active: spot });
  };
  const onPointerUp = () => {
    if (doing === 'fill' && fill !== null && fill !== selection.active.col) onFill?.(fill);
    setDoing(null);
    setFill(null);
  };
  const onClick = (event: MouseEvent<HTMLElement>) => {
    if (!(event.target instanceof Element)) return;
    const rowHead = event.target.closest<HTMLElement>('[data-row-head]');
    const colHead = event.target.closest<HTMLElement>('[data-col-head]');
    const cell = event.target.closest<HTMLElement>('[data-cell-col]');
    const { anchor } = selection;
    if (rowHead !== null) {
      const row = Number(rowHead.dataset.rowHead);
      onSelect(wholeRows(event.shiftKey ? anchor.row : row, row, grid));
    } else if (colHead !== null) {
      const col = Number(colHead.dataset.colHead);
      onSelect(wholeCols(event.shiftKey ? anchor.col : col, col, grid));
    } else if (cell !== null && event.detail > 0 && (event.nativeEvent as globalThis.PointerEvent).pointerType === 'touch') {
      onSelect(at(spotOf(cell)));
    }
  };
  const onDoubleClick = (event: MouseEvent<HTMLElement>) => {
    if (event.target instanceof Element && event.target.closest('[data-cell-col]') !== null) onOpen();
  };
  return { handlers: { onPointerDown, onPointerMove, onPointerUp, onClick, onDoubleClick }, fill };
}
