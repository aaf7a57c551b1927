'use client';
// The token of a one-time link. It comes in the fragment, which no server and no log sees, and leaves the address at once.
import { useEffect, useState } from 'react';

/** Undefined until the browser is asked, then the token or an empty text. */
export function useFragmentToken(title: string): string | undefined {
  const [token, setToken] = useState<string>();
  useEffect(() => {
    document.title = `${title} · Sallyport`;
    const read = () => {
      const found = new URLSearchParams(window.location.hash.slice(1)).get('token');
      setToken((known) => found ?? known ?? '');
      if (found !== null) window.history.replaceState(null, '', window.location.pathname);
    };
    read();
    window.addEventListener('hashchange', read);
    return () => window.removeEventListener('hashchange', read);
  }, [title]);
  return token;
}
