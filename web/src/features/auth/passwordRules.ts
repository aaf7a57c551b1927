// The rules that can be told before the server is asked; it weighs the rest.
import type { PasswordClass } from '@/shared/api/types';

export const MIN_PASSWORD = 12;

export const passwordHint = `At least ${MIN_PASSWORD} characters. A few words that belong only to you are better than symbols.`;

/** In characters as the server counts them: code points, not the halves that `length` counts. */
export function lengthOf(password: string): number {
  return Array.from(password).length;
}

const kinds: Record<PasswordClass, RegExp> = {
  lowercase: /\p{Lowercase}/u,
  uppercase: /\p{Uppercase}/u,
  digit: /\p{N}/u,
  symbol: /[^\p{Alphabetic}\p{N}]/u,
};

/** Of any script, as the server looks at it: composed (NFKC). */
export function hasKind(password: string, kind: PasswordClass): boolean {
  return kinds[kind].test(password.normalize('NFKC'));
}
