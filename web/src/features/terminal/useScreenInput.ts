'use client';
// Keys, clipboard and pointer of the screen, beyond what the shell gets: copying, cleaned pasting, search, the way out.
import type { Terminal } from '@xterm/xterm';
import { useEffect, useEffectEvent, useState, type RefObject } from 'react';
import { useToast } from '@/shared/ui/toast';
import { BAR_MENU_ID } from './BarMenu';
import { judgePaste, sanitizePaste } from './paste';
import type { PasteQuestion } from './PasteDialog';
import type { ScreenActions } from './screenActions';
import { changeSettings, clampFont, useTerminalSettings } from './settings';
import type { Stage } from './stage';
import { toggleFullScreen } from './useFullScreen';

export interface ScreenInput {
  actions: ScreenActions;
  searching: boolean;
  stopSearching: () => void;
  question: PasteQuestion | null;
  answer: (paste: boolean) => void;
}

export function useScreenInput(box: RefObject<HTMLElement | null>, stage: Stage | null, watching: boolean): ScreenInput {
  const toast = useToast();
  const { fontSize } = useTerminalSettings();
  const [searching, setSearching] = useState(false);
  const [question, setQuestion] = useState<PasteQuestion | null>(null);
  const terminal = stage?.terminal;

  const offer = (raw: string) => {
    if (terminal === undefined || watching || raw === '') return;
    const text = sanitizePaste(raw);
    const bracketed = terminal.modes.bracketedPasteMode;
    const verdict = judgePaste(text, bracketed);
    if (verdict.verdict === 'refuse') toast.error('That is too much to paste: a terminal takes up to a million characters. Bring it as a file.');
    else if (verdict.verdict === 'ask') setQuestion({ text, verdict, bracketed });
    else terminal.paste(text);
  };

  const copy = async (): Promise<void> => {
    const text = terminal?.getSelection() ?? '';
    if (text === '') {
      toast.error('Nothing is selected. Drag over the text to copy, then try again.');
      return;
    }
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      toast.error('The browser did not allow copying. Use its own menu.');
    }
    terminal?.focus();
  };
  const paste = async () => {
    try {
      offer(await navigator.clipboard.readText());
    } catch {
      toast.error('The browser does not let this page read the clipboard. Press Ctrl Shift V instead.');
    }
    terminal?.focus();
  };
  const size = (by: number) => changeSettings({ fontSize: clampFont(fontSize + by) });
  const actions: ScreenActions = {
    copy: () => void copy(),
    paste: () => void paste(),
    selectAll: () => terminal?.selectAll(),
    search: () => setSearching(true),
    largerType: () => size(1),
    smallerType: () => size(-1),
    toggleFullScreen: () => void toggleFullScreen().catch(() => toast.error('The browser did not allow full screen.')),
  };

  const onKey = useEffectEvent((event: KeyboardEvent) => ownKey(event, actions));
  useEffect(() => {
    terminal?.attachCustomKeyEventHandler((event) => onKey(event));
  }, [terminal]);

  const onPasted = useEffectEvent((text: string) => offer(text));
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    // Before xterm sees it, which would send the text as it is.
    const onPaste = (event: ClipboardEvent) => {
      if (!(event.target instanceof HTMLElement) || event.target.closest('.xterm') === null) return;
      event.preventDefault();
      event.stopPropagation();
      onPasted(event.clipboardData?.getData('text/plain') ?? '');
    };
    element.addEventListener('paste', onPaste, true);
    return () => element.removeEventListener('paste', onPaste, true);
  }, [box]);

  return {
    actions,
    searching,
    stopSearching: () => {
      setSearching(false);
      terminal?.focus();
    },
    question,
    answer: (yes) => {
      if (yes && question !== null) terminal?.paste(question.text);
      setQuestion(null);
      focusLater(terminal);
    },
  };
}

/** After a dialog has given the focus back to where it was. */
export function focusLater(terminal: Terminal | undefined): void {
  setTimeout(() => terminal?.focus(), 0);
}

/** True lets the shell have the key. */
function ownKey(event: KeyboardEvent, actions: ScreenActions): boolean {
  if (event.type !== 'keydown') return true;
  const mac = event.metaKey && !event.ctrlKey;
  if (mac && event.code === 'KeyF') return take(event, actions.search);
  if (event.ctrlKey && !event.shiftKey && event.code === 'Insert') return take(event, actions.copy);
  if (!event.ctrlKey || !event.shiftKey || event.altKey) return true;
  switch (event.code) {
    case 'KeyC':
      return take(event, actions.copy);
    case 'KeyV':
      // The browser pastes by itself, and the paste is caught.
      return false;
    case 'KeyF':
      return take(event, actions.search);
    case 'KeyM':
      // Tab belongs to the shell, so this is the way out of it by keyboard.
      return take(event, () => document.getElementById(BAR_MENU_ID)?.focus());
    default:
      return true;
  }
}

function take(event: KeyboardEvent, run: () => void): false {
  event.preventDefault();
  event.stopPropagation();
  run();
  return false;
}
