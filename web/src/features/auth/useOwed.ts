'use client';
// What a sign-in at an identity provider still owes here. The challenge comes in the fragment, which no server and no log
// sees, and leaves the address at once.
import { useEffect, useState } from 'react';

export interface Owed {
  name: 'factor' | 'enrolment';
  challenge: string;
  returnTo: string | null;
}

/** Taken apart by hand: the page to return to comes last and as it is. */
export function readOwed(query: string, fragment: string): Owed | undefined {
  const owed = new URLSearchParams(query).get('owed');
  const found = /^#challenge=([^&]+)(?:&returnTo=(.*))?$/.exec(fragment);
  if (found?.[1] === undefined || (owed !== 'factor' && owed !== 'enrolment')) return undefined;
  return { name: owed, challenge: found[1], returnTo: found[2] ?? null };
}

export function useOwed(): Owed | undefined {
  const [owed, setOwed] = useState<Owed>();
  useEffect(() => {
    const read = () => {
      const found = readOwed(window.location.search, window.location.hash);
      if (found === undefined) return;
      setOwed(found);
      window.history.replaceState(null, '', window.location.pathname);
    };
    read();
  }, []);
  return owed;
}
