// The colours of the screen. Dark unless the person wants otherwise: most programs choose their colours for that.
import type { ITheme } from '@xterm/xterm';

export type ScreenTone = 'dark' | 'light';

const dark: ITheme = {
  background: '#0c0f14',
  foreground: '#dbe1ea',
  cursor: '#3cc2ae',
  cursorAccent: '#04211d',
  selectionBackground: '#2c5f59',
  selectionInactiveBackground: '#27313d',
  scrollbarSliderBackground: '#ffffff26',
  scrollbarSliderHoverBackground: '#ffffff40',
  scrollbarSliderActiveBackground: '#ffffff59',
  black: '#2a313c',
  red: '#f47a83',
  green: '#6fcf97',
  yellow: '#e3b95b',
  blue: '#79a9f5',
  magenta: '#c79af0',
  cyan: '#5fd0c5',
  white: '#c6cdd8',
  brightBlack: '#7f8a9b',
  brightRed: '#ff9aa2',
  brightGreen: '#93e0b3',
  brightYellow: '#f2d288',
  brightBlue: '#a3c4ff',
  brightMagenta: '#dcbcff',
  brightCyan: '#8ae6dc',
  brightWhite: '#f7f9fc',
};

const light: ITheme = {
  background: '#fcfdfe',
  foreground: '#12171f',
  cursor: '#0d7468',
  cursorAccent: '#ffffff',
  selectionBackground: '#bfe0da',
  selectionInactiveBackground: '#dfe4ea',
  scrollbarSliderBackground: '#00000026',
  scrollbarSliderHoverBackground: '#00000040',
  scrollbarSliderActiveBackground: '#00000059',
  black: '#12171f',
  red: '#b01e2e',
  green: '#17693a',
  yellow: '#7d5700',
  blue: '#2450b8',
  magenta: '#83386f',
  cyan: '#0d6b72',
  white: '#586273',
  brightBlack: '#586273',
  brightRed: '#cf2f3f',
  brightGreen: '#248a4b',
  brightYellow: '#946800',
  brightBlue: '#3f62d6',
  brightMagenta: '#a2508f',
  brightCyan: '#12777f',
  brightWhite: '#333b48',
};

export const screenThemes: Record<ScreenTone, ITheme> = { dark, light };

/** Found text: all hits, and the one that the search stands at. */
export const searchColors: Record<ScreenTone, { match: string; active: string; border: string }> = {
  dark: { match: '#4d3e12', active: '#8a6a10', border: '#f2d288' },
  light: { match: '#f6e3a8', active: '#f0b93a', border: '#7d5700' },
};
