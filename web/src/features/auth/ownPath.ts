/**
 * Where one goes after the sign-in: only a path of our own, or the door would be an open redirect. A path that a browser
 * reads otherwise than it is written (dots, backslashes, tabs, a second slash) leads to the start.
 */
export function ownPath(next: string | null | undefined): string {
  const origin = 'https://own.invalid';
  if (next === null || next === undefined || next.includes('//')) return '/';
  try {
    const url = new URL(next, origin);
    return url.origin === origin && url.pathname + url.search + url.hash === next ? next : '/';
  } catch {
    return '/';
  }
}
