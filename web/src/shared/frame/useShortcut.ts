'use client';
// One key for the whole page; plain keys stay with whoever is typing.
import { useEffect, useEffectEvent } from 'react';

interface Options {
  /** With Ctrl, or ⌘ on a Mac. */
  meta?: boolean;
}

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** True while a dialog, drawer or menu is open: keys belong to it then. */
export function isCovered(): boolean {
  return document.querySelector('.MuiModal-root:not(.MuiModal-hidden)') !== null;
}

export function useShortcut(key: string, run: () => void, { meta = false }: Options = {}): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== key || event.altKey || (event.ctrlKey || event.metaKey) !== meta) return;
    if (isCovered() || (!meta && isTyping(event.target))) return;
    // The terminal owns its keys.
    if (event.target instanceof HTMLElement && event.target.closest('.xterm') !== null) return;
    event.preventDefault();
    run();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}
