// What the bar, the menus and the keys do to the screen: one list for all of them.

export interface ScreenActions {
  copy: () => void;
  /** Asks the browser for the clipboard. */
  paste: () => void;
  selectAll: () => void;
  search: () => void;
  largerType: () => void;
  smallerType: () => void;
  toggleFullScreen: () => void;
}

/** As people press them; shown beside the names. */
export const keys = {
  copy: 'Ctrl Shift C',
  paste: 'Ctrl Shift V',
  search: 'Ctrl Shift F',
  leave: 'Ctrl Shift M',
} as const;
