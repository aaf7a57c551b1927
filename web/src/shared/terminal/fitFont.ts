// A screen of a given size in characters, as large as it can be drawn in a box: for those who look at another's terminal.
import type { Terminal } from '@xterm/xterm';

interface Bounds {
  min: number;
  max: number;
}

/** Sets the size of the type. Below `min` it would be unreadable; then the box scrolls. */
export function fitFont(terminal: Terminal, box: { width: number; height: number }, { min, max }: Bounds): void {
  const screen = terminal.element?.querySelector<HTMLElement>('.xterm-screen');
  if (!screen || screen.offsetWidth === 0 || box.width <= 0 || box.height <= 0) return;
  const now = terminal.options.fontSize ?? max;
  const ratio = Math.min(box.width / screen.offsetWidth, box.height / screen.offsetHeight);
  let size = Math.min(max, Math.max(min, Math.floor(now * ratio * 4) / 4));
  if (size === now) return;
  terminal.options.fontSize = size;
  // Cells are whole pixels, so the estimate can be a step too large.
  while (size > min && (screen.offsetWidth > box.width || screen.offsetHeight > box.height)) {
    size = Math.max(min, size - 0.25);
    terminal.options.fontSize = size;
  }
}
