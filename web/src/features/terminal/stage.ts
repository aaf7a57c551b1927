// A screen with its line: xterm.js on one side, the session on the other, and the sizes that both must agree on.
import type { FitAddon } from '@xterm/addon-fit';
import type { SearchAddon } from '@xterm/addon-search';
import type { Terminal } from '@xterm/xterm';
import type { Session } from '@/shared/api/types';
import { fitFont } from '@/shared/terminal/fitFont';
import { screenThemes } from '@/shared/terminal/palette';
import { makeTerminal, RESET } from '@/shared/terminal/makeTerminal';
import { explain, getTicket, readSession } from './api';
import { TerminalLink } from './link/link';
import type { SocketLike } from './link/line';
import type { Mode } from './link/state';
import { fontSizes, type TerminalSettings } from './settings';

export interface Stage {
  terminal: Terminal;
  search: SearchAddon;
  link: TerminalLink;
  /** Fits the screen to its box: a technician's by more or fewer characters, a watcher's by larger or smaller type. */
  fit: () => void;
  dispose: () => void;
}

const RESIZE_WAIT_MS = 120;

function openSocket(path: string): SocketLike {
  const socket = new WebSocket(new URL(path, window.location.href.replace(/^http/, 'ws')));
  socket.binaryType = 'arraybuffer';
  return socket as SocketLike;
}

export async function makeStage(box: HTMLElement, session: Session, mode: Mode, settings: TerminalSettings): Promise<Stage> {
  const watching = mode === 'watch';
  const [{ FitAddon: Fit }, { SearchAddon: Search }, terminal] = await Promise.all([
    import('@xterm/addon-fit'),
    import('@xterm/addon-search'),
    makeTerminal(settings, {
      cursorBlink: !watching,
      disableStdin: watching,
      screenReaderMode: settings.screenReader,
      rightClickSelectsWord: false,
      macOptionIsMeta: true,
    }),
  ]);
  const fitter: FitAddon = new Fit();
  const search = new Search();
  terminal.loadAddon(fitter);
  terminal.loadAddon(search);
  terminal.open(box);

  const fit = () => {
    if (watching) fitFont(terminal, { width: box.clientWidth - 24, height: box.clientHeight - 10 }, { min: 7, max: 20 });
    else fitter.fit();
  };
  const link = new TerminalLink(session, mode, {
    getTicket: () => getTicket(session.id, mode),
    readSession: () => readSession(session.id),
    openSocket,
    explain,
    random: Math.random,
    screen: {
      size: () => ({ cols: terminal.cols, rows: terminal.rows }),
      write: (bytes, drawn) => terminal.write(bytes, drawn),
      restore: ({ cols, rows }) => {
        terminal.resize(cols, rows);
        terminal.write(RESET, fit);
      },
      resized: ({ cols, rows }) => {
        terminal.resize(cols, rows);
        fit();
      },
    },
  });
  if (!watching) {
    terminal.onData((data) => link.send(data));
    terminal.onBinary((data) => link.send(data, 'binary'));
  }

  let waiting: ReturnType<typeof setTimeout> | undefined;
  terminal.onResize((size) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => link.resize(size), RESIZE_WAIT_MS);
  });
  const observer = new ResizeObserver(fit);
  observer.observe(box);
  fit();
  return {
    terminal,
    search,
    link,
    fit,
    dispose: () => {
      clearTimeout(waiting);
      observer.disconnect();
      link.close();
      terminal.dispose();
    },
  };
}

/** Applies a change of the settings to a screen that stands. */
export function applySettings({ terminal, fit }: Stage, { fontSize, screenReader, tone }: TerminalSettings, watching: boolean): void {
  terminal.options.theme = screenThemes[tone];
  if (!watching) terminal.options.fontSize = Math.min(fontSizes.most, fontSize);
  terminal.options.screenReaderMode = screenReader;
  fit();
}
