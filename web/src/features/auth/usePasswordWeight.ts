// Asks the server how good a password would be, once the fingers rest. It is kept in no cache.
import { useEffect, useState } from 'react';
import { api, data } from '@/shared/api/client';
import type { PasswordClass, PasswordWeight } from '@/shared/api/types';
import { MIN_PASSWORD, lengthOf } from './passwordRules';

/** Whom the password is for: it must not be about them. */
export interface About {
  email: string;
  displayName: string;
  organizationName: string;
  /** Kinds of characters that their organization asks for. */
  passwordClasses?: readonly PasswordClass[];
}

const REST_MS = 250;

export function usePasswordWeight(password: string, { email, displayName, organizationName, passwordClasses }: About): PasswordWeight | undefined {
  const [known, setKnown] = useState<{ password: string; weight: PasswordWeight }>();
  const long = lengthOf(password) >= MIN_PASSWORD;
  const asked = passwordClasses?.join(' ') ?? '';
  useEffect(() => {
    if (!long) return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      const classes = asked === '' ? [] : (asked.split(' ') as PasswordClass[]);
      const body = { password, email, displayName, organizationName, passwordClasses: classes };
      data(api.POST('/api/auth/password/weigh', { body, signal: stop.signal }))
        .then((weight) => setKnown({ password, weight }))
        // A meter that is silent stops nobody: the rules are asked again when the password is set.
        .catch(() => undefined);
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [password, long, email, displayName, organizationName, asked]);
  return known?.password === password ? known.weight : undefined;
}
