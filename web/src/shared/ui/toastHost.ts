'use client';
// Where toasts stand in the document: within the dialog or drawer that is in front, or else at the end of the page. What lies
// behind a dialog is hidden from screen readers and out of reach of the Tab key, and "Undo" must be neither.
import { useEffect, useSyncExternalStore } from 'react';

/** MUI hides all but the one in front; in a drawer the sheet itself keeps the focus, in a dialog what is around its sheet. */
const inFront = '.MuiDialog-root:not([aria-hidden=true]) .MuiDialog-container, .MuiDrawer-root:not([aria-hidden=true]) > .MuiDrawer-paper';

let host: HTMLElement | undefined;

function hostOfPage(): HTMLElement {
  if (host === undefined) {
    host = document.createElement('div');
    host.dataset.toasts = '';
  }
  return host;
}

function place(moved: HTMLElement): void {
  const home = [...document.querySelectorAll<HTMLElement>(inFront)].at(-1) ?? document.body;
  if (moved.parentElement !== home) home.append(moved);
  // It was hidden where it stood before.
  moved.removeAttribute('aria-hidden');
}

const never = () => () => undefined;

/** One element for the whole page, null before there is one. What is drawn into it stays as it is when it moves. */
export function useToastHost(): HTMLElement | null {
  const here = useSyncExternalStore(never, hostOfPage, () => null);
  useEffect(() => {
    if (here === null) return;
    place(here);
    // Dialogs come and go as children of the body, and are in front by what MUI hides.
    const look = new MutationObserver(() => place(here));
    look.observe(document.body, { childList: true });
    const hidden = new MutationObserver(() => place(here));
    hidden.observe(document.body, { subtree: true, attributeFilter: ['aria-hidden'] });
    return () => {
      look.disconnect();
      hidden.disconnect();
      here.remove();
    };
  }, [here]);
  return here;
}
