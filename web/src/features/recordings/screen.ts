// The screen that a recording is played on: xterm.js, deaf to keys and to what the target says beside text.
import type { Terminal } from '@xterm/xterm';
import { fitFont } from '@/shared/terminal/fitFont';
import { makeTerminal, RESET } from '@/shared/terminal/makeTerminal';
import type { ScreenTone } from '@/shared/terminal/palette';
import type { PlaybackScreen } from './playback/playback';

export interface PlayerScreenHandle extends PlaybackScreen {
  dispose: () => void;
}

const type = { min: 6, max: 18 };

export async function makeScreen(box: HTMLElement, tone: ScreenTone, size: { cols: number; rows: number }): Promise<PlayerScreenHandle> {
  const terminal: Terminal = await makeTerminal({ fontSize: 13, tone }, { ...size, disableStdin: true, cursorBlink: false, scrollback: 2_000 });
  terminal.open(box);
  // The keys are the player's.
  terminal.attachCustomKeyEventHandler(() => false);
  terminal.textarea?.setAttribute('tabindex', '-1');
  const fit = () => fitFont(terminal, { width: box.clientWidth - 16, height: box.clientHeight }, type);
  const observer = new ResizeObserver(fit);
  observer.observe(box);
  fit();

  let pending = 0;
  const write = (bytes: Uint8Array) => {
    pending += bytes.length;
    terminal.write(bytes, () => {
      pending -= bytes.length;
    });
  };
  const resize = (cols: number, rows: number) => {
    terminal.resize(cols, rows);
    fit();
  };
  return {
    write,
    resize,
    reset: (cols, rows) => {
      // A mode that outlives the full reset.
      terminal.options.convertEol = false;
      write(RESET);
      resize(cols, rows);
    },
    flush: () => new Promise((resolve) => terminal.write('', resolve)),
    // Without a box xterm sees itself out of sight and paints nothing.
    hide: (hidden) => {
      if (terminal.element !== undefined) terminal.element.style.display = hidden ? 'none' : '';
      if (!hidden) fit();
    },
    pending: () => pending,
    dispose: () => {
      observer.disconnect();
      terminal.dispose();
    },
  };
}
