// A terminal of xterm.js as all screens here want it: our type, deaf to what machines must not do, nothing clickable.
import type { ITerminalOptions, Terminal } from '@xterm/xterm';
import { fontMono } from '@/shared/theme/theme';
import { deafen } from './deaf';
import { screenThemes, type ScreenTone } from './palette';

interface Look {
  fontSize: number;
  tone: ScreenTone;
}

/** Loads the program and the type; a terminal that opens before its type is there measures the wrong letters. */
export async function makeTerminal({ fontSize, tone }: Look, options: ITerminalOptions = {}): Promise<Terminal> {
  const [{ Terminal: Xterm }, { Unicode11Addon }] = await Promise.all([
    import('@xterm/xterm'),
    import('@xterm/addon-unicode11'),
    loadType(fontSize),
  ]);
  const terminal = new Xterm({
    allowProposedApi: true, // unicode 11 and the search's decorations
    fontFamily: fontMono,
    fontSize,
    lineHeight: 1.2,
    theme: screenThemes[tone],
    minimumContrastRatio: 4.5,
    scrollback: 10_000,
    // Links are shown as the text they are.
    linkHandler: { activate: () => undefined },
    logLevel: 'off',
    ...options,
  });
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = '11';
  deafen(terminal.parser);
  return terminal;
}

async function loadType(fontSize: number): Promise<void> {
  try {
    await Promise.all(['400', '700'].map((weight) => document.fonts.load(`${weight} ${fontSize}px "JetBrains Mono Variable"`)));
  } catch {
    // The next font of the family stands in.
  }
}

/** Full reset, in the order of the stream: what is still being drawn is wiped too, and half a character is forgotten. */
export const RESET = Uint8Array.of(0x1b, 0x63);
