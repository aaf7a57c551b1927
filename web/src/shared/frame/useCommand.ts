'use client';
// What the address asks a page to begin (`?do=start`), as the command palette does: the dialog is open, and closing it takes
// that out of the address again.
import { useSearchParams } from 'next/navigation';
import { useState } from 'react';

/** Whether it is begun, and how the page begins and ends it. */
export function useCommand(name: string): [boolean, (begun: boolean) => void] {
  const search = useSearchParams().toString();
  const asked = new URLSearchParams(search).get('do') === name;
  const [state, setState] = useState({ search, begun: asked });
  // Another address may ask for it again while the page is open.
  if (state.search !== search) setState({ search, begun: state.begun || asked });
  const change = (begun: boolean) => {
    const now = new URLSearchParams(window.location.search);
    if (!begun && now.get('do') === name) {
      now.delete('do');
      window.history.replaceState(null, '', now.size > 0 ? `?${now.toString()}` : window.location.pathname);
    }
    setState({ search, begun });
  };
  return [state.begun, change];
}
