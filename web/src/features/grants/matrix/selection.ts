// Which block of cells is selected, and how the keys of a grid (ARIA's pattern) move and widen it.

export interface Spot {
  row: number;
  col: number;
}

/** From where it was begun to where it stands; the cell that has the keyboard is `active`. */
export interface Selection {
  anchor: Spot;
  active: Spot;
}

export interface Block {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

export interface Size {
  rows: number;
  cols: number;
  /** Rows in sight, for Page Up and Page Down. */
  page: number;
}

export interface Keys {
  key: string;
  shiftKey: boolean;
  /** Ctrl, or ⌘ on a Mac. */
  meta: boolean;
}

/** More cells than this are changed in several steps: the server's own limit. */
export const MANY_CELLS = 1_000;

export function at(spot: Spot): Selection {
  return { anchor: spot, active: spot };
}

export function blockOf({ anchor, active }: Selection): Block {
  return { top: Math.min(anchor.row, active.row), bottom: Math.max(anchor.row, active.row), left: Math.min(anchor.col, active.col), right: Math.max(anchor.col, active.col) };
}

export function sameBlock(one: Block, other: Block): boolean {
  return one.top === other.top && one.bottom === other.bottom && one.left === other.left && one.right === other.right;
}

export function countOf({ top, bottom, left, right }: Block): number {
  return (bottom - top + 1) * (right - left + 1);
}

export function holds({ top, bottom, left, right }: Block, { row, col }: Spot): boolean {
  return row >= top && row <= bottom && col >= left && col <= right;
}

export function spotsOf({ top, bottom, left, right }: Block): Spot[] {
  const spots: Spot[] = [];
  for (let row = top; row <= bottom; row += 1) for (let col = left; col <= right; col += 1) spots.push({ row, col });
  return spots;
}

/** From one row to another, all columns; the keyboard stands at the beginning, where what is selected can be read. */
export function wholeRows(anchor: number, active: number, { cols }: Pick<Size, 'cols'>): Selection {
  return { anchor: { row: anchor, col: cols - 1 }, active: { row: active, col: 0 } };
}

export function wholeCols(anchor: number, active: number, { rows }: Pick<Size, 'rows'>): Selection {
  return { anchor: { row: rows - 1, col: anchor }, active: { row: 0, col: active } };
}

/** Whether the keys step from cell to cell, so that the grid follows. */
export function steps({ key }: Keys): boolean {
  return key !== ' ' && key !== 'a';
}

/** Where the keys lead, or null when they are none of the grid's. */
export function moved(selection: Selection, keys: Keys, size: Size): Selection | null {
  const { active } = selection;
  const last = { row: size.rows - 1, col: size.cols - 1 };
  if (keys.key === 'a' && keys.meta) return { anchor: last, active: { row: 0, col: 0 } };
  if (keys.key === ' ' && keys.shiftKey) return wholeRows(selection.anchor.row, active.row, size);
  if (keys.key === ' ' && keys.meta) return wholeCols(selection.anchor.col, active.col, size);
  if (keys.key === 'Escape') return at(active);
  const to = target(active, keys, size.page, last);
  if (to === null) return null;
  const spot = { row: clamp(to.row, last.row), col: clamp(to.col, last.col) };
  return keys.shiftKey ? { anchor: selection.anchor, active: spot } : at(spot);
}

function target({ row, col }: Spot, { key, meta }: Keys, page: number, last: Spot): Spot | null {
  switch (key) {
    case 'ArrowUp':
      return { row: meta ? 0 : row - 1, col };
    case 'ArrowDown':
      return { row: meta ? last.row : row + 1, col };
    case 'ArrowLeft':
      return { row, col: meta ? 0 : col - 1 };
    case 'ArrowRight':
      return { row, col: meta ? last.col : col + 1 };
    case 'Home':
      return { row: meta ? 0 : row, col: 0 };
    case 'End':
      return { row: meta ? last.row : row, col: last.col };
    case 'PageUp':
      return { row: row - page, col };
    case 'PageDown':
      return { row: row + page, col };
    default:
      return null;
  }
}

function clamp(value: number, last: number): number {
  return Math.max(0, Math.min(last, value));
}
