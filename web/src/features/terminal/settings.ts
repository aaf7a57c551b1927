'use client';
// How this person wants their terminals, kept in this browser.
import { useSyncExternalStore } from 'react';
import type { ScreenTone } from '@/shared/terminal/palette';

export interface TerminalSettings {
  fontSize: number;
  tone: ScreenTone;
  /** Says what the screen shows to a screen reader. */
  screenReader: boolean;
}

const KEY = 'sallyport.terminal';
export const fontSizes = { least: 9, usual: 14, most: 28 };
const usual: TerminalSettings = { fontSize: fontSizes.usual, tone: 'dark', screenReader: false };

const listeners = new Set<() => void>();
let settings: TerminalSettings | undefined;

function read(): TerminalSettings {
  settings ??= parse(localStorage.getItem(KEY));
  return settings;
}

function parse(text: string | null): TerminalSettings {
  try {
    const { fontSize, tone, screenReader } = JSON.parse(text ?? '{}') as Partial<TerminalSettings>;
    return {
      fontSize: typeof fontSize === 'number' ? clampFont(fontSize) : usual.fontSize,
      tone: tone === 'light' ? 'light' : 'dark',
      screenReader: screenReader === true,
    };
  } catch {
    return usual;
  }
}

export function clampFont(size: number): number {
  return Math.min(fontSizes.most, Math.max(fontSizes.least, Math.round(size)));
}

export function changeSettings(change: Partial<TerminalSettings>): void {
  settings = { ...read(), ...change };
  localStorage.setItem(KEY, JSON.stringify(settings));
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useTerminalSettings(): TerminalSettings {
  return useSyncExternalStore(subscribe, read, () => usual);
}
