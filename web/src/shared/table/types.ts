// What a list screen tells the table.
import type { ReactNode } from 'react';

export interface Column<T> {
  id: string;
  header: string;
  /** Stands in the head instead of the plain word. */
  head?: ReactNode;
  cell: (row: T) => ReactNode;
  /** The server's name for this order; without it the header is plain. */
  sort?: string;
  align?: 'left' | 'right';
  width?: number | string;
  /** Takes the room that the others leave, or this share of it in percent; its text is cut. */
  grow?: boolean | number;
  /** Hidden below this width of the window. */
  from?: 'md' | 'lg' | 'xl';
  /** Where it stands in a phone's card. The first column is the title. */
  phone?: 'line' | 'aside' | 'none';
}

export interface FilterOption {
  value: string;
  label: string;
  /** Below the label, in small. */
  hint?: string;
}

/** A value that is typed or pasted, not chosen. */
export interface TypedFilter {
  hint: string;
  placeholder: string;
  /** What is wrong with what was typed. */
  check: (text: string) => string | undefined;
}

export interface Filter {
  key: string;
  label: string;
  /** Of a typed one, at most the value that is set, with its words. */
  options: readonly FilterOption[];
  /** Told what is typed into a long list of options, when the server finds more of them. */
  onFind?: (text: string) => void;
  typed?: TypedFilter;
  /** Seldom needed: folded away until it is asked for, or set. */
  more?: boolean;
}
