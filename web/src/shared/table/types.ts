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

export interface Filter {
  key: string;
  label: string;
  options: readonly FilterOption[];
  /** Told what is typed into a long list of options, when the server finds more of them. */
  onFind?: (text: string) => void;
}
