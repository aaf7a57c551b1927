// The rule that can be told before the server is asked; it weighs the rest.
export const MIN_PASSWORD = 12;

export const passwordHint = `At least ${MIN_PASSWORD} characters. A few words that belong only to you are better than symbols.`;

/** In characters as the server counts them: code points, not the halves that `length` counts. */
export function lengthOf(password: string): number {
  return Array.from(password).length;
}
