'use client';
// The whole screen for the shell. There the browser's own keys (Escape, Ctrl+W) go to the shell where it lets them.
import { useSyncExternalStore } from 'react';

function subscribe(listener: () => void): () => void {
  document.addEventListener('fullscreenchange', listener);
  return () => document.removeEventListener('fullscreenchange', listener);
}

export function useFullScreen(): boolean {
  return useSyncExternalStore(subscribe, () => document.fullscreenElement !== null, () => false);
}

interface KeyboardLock {
  keyboard?: { lock?: (codes: string[]) => Promise<void> };
}

/** The document as a whole: menus and dialogs live outside of the terminal's box. */
export async function toggleFullScreen(): Promise<void> {
  if (document.fullscreenElement !== null) return document.exitFullscreen();
  await document.documentElement.requestFullscreen();
  await (navigator as KeyboardLock).keyboard?.lock?.(['Escape', 'KeyW', 'KeyT', 'KeyN', 'KeyR']).catch(() => undefined);
}
