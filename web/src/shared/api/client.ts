// The one way to the server: the client generated from its own description (openapi.json), with the CSRF header, one
// renewal of the sign-in, a fresh proof of who one is where the server asks for it, and typed errors.
import createClient from 'openapi-fetch';
import { ApiError, type ErrorDetails } from './error';
import type { paths } from './schema';

interface Problem {
  error?: string;
  message?: string;
  details?: ErrorDetails;
}

const CSRF_COOKIE = '__Host-sallyport_csrf';
const REFRESHED_KEY = 'sallyport.refreshedAt';

/** Asked by the page and not by the person, whose sign-in must not stay fresh by it. */
export const BACKGROUND = { 'X-Background': '1' };

/** Refused with 412 when another has changed the thing since this version was read. */
export function ifMatch(version: number | undefined): Record<string, string> {
  return version === undefined ? {} : { 'If-Match': `"${version}"` };
}

let onSignedOut: (code: string) => void = () => undefined;

/** Called when the sign-in has ended and cannot be renewed. */
export function setSignedOutHandler(handler: (code: string) => void): void {
  onSignedOut = handler;
}

let askStepUp: () => Promise<boolean> = () => Promise.resolve(false);

/** Called when the server asks for a fresh proof of who one is; says whether it was given. */
export function setStepUpHandler(handler: () => Promise<boolean>): void {
  askStepUp = handler;
}

function csrfToken(): string | undefined {
  const prefix = `${CSRF_COOKIE}=`;
  const pair = document.cookie.split('; ').find((part) => part.startsWith(prefix));
  return pair === undefined ? undefined : decodeURIComponent(pair.slice(prefix.length));
}

function send(request: Request): Promise<Response> {
  const token = request.method === 'GET' ? undefined : csrfToken();
  if (token !== undefined) request.headers.set('X-CSRF-Token', token);
  return fetch(request, { credentials: 'same-origin', cache: 'no-store' });
}

let refreshing: Promise<Renewal> | undefined;

/** Whether the sign-in goes on; if not, the server's code for why. */
type Renewal = 'renewed' | (string & {});

/**
 * Renews the sign-in, once for all callers and for all tabs: a refresh token is good for one use,
 * and a second use ends the whole family.
 */
function refresh(failedAt: number): Promise<Renewal> {
  refreshing ??= exclusively(async () => {
    if (Number(localStorage.getItem(REFRESHED_KEY) ?? 0) > failedAt) return 'renewed';
    const body = new Blob(['{}'], { type: 'application/json' });
    const response = await send(new Request('/api/auth/refresh', { method: 'POST', body }));
    const refused = response.ok ? undefined : (await toError(response)).code;
    // Superseded: someone else of this browser was quicker, and its cookies are here already.
    if (refused !== undefined && refused !== 'refresh_superseded') return refused;
    localStorage.setItem(REFRESHED_KEY, String(Date.now()));
    return 'renewed';
  }).finally(() => {
    refreshing = undefined;
  });
  return refreshing;
}

async function exclusively<T>(work: () => Promise<T>): Promise<T> {
  // Web Locks are missing where the page is not a secure context.
  if (!('locks' in navigator)) return work();
  return await navigator.locks.request('sallyport-refresh', work);
}

async function toError(response: Response): Promise<ApiError> {
  const retryAfter = Number(response.headers.get('Retry-After'));
  const retry = Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : undefined;
  try {
    const problem = (await response.json()) as Problem;
    const message = problem.message ?? 'The server refused this without saying why.';
    return new ApiError(response.status, problem.error ?? 'internal', message, problem.details, retry);
  } catch {
    const message =
      response.status >= 500
        ? 'Sallyport cannot be reached right now. Try again in a moment.'
        : `The server answered ${response.status} without saying why.`;
    return new ApiError(response.status, 'unavailable', message, {}, retry);
  }
}

const OFFLINE = new ApiError(0, 'offline', 'Sallyport cannot be reached. Check your connection and try again.');

/** Sends it; renews the sign-in once when it has run out. */
async function sendSignedIn(request: Request): Promise<Response> {
  const startedAt = Date.now();
  const again = request.clone();
  const response = await send(request);
  if (response.status !== 401) return response;
  const error = await toError(response);
  if (error.code !== 'unauthenticated') throw error;
  const renewal = await refresh(startedAt);
  if (renewal !== 'renewed') {
    onSignedOut(renewal);
    throw error;
  }
  return send(again);
}

/** `fetch` with the sign-in's cookies. Throws ApiError unless the answer is 2xx. */
export async function apiFetch(request: Request): Promise<Response> {
  const again = request.clone();
  try {
    let response = await sendSignedIn(request);
    if (response.status === 403) {
      const error = await toError(response);
      if (error.code !== 'step_up_required' || !(await askStepUp())) throw error;
      response = await sendSignedIn(again);
    }
    if (!response.ok) throw await toError(response);
    return response;
  } catch (error) {
    if (error instanceof TypeError) throw OFFLINE;
    throw error;
  }
}

export const api = createClient<paths>({ fetch: apiFetch });

/** What is in the envelope of an answer. */
export async function data<T>(answer: Promise<{ data?: { data: T } }>): Promise<T> {
  const { data: envelope } = await answer;
  // Refusals were thrown; what is left is a success without a body, where one was promised.
  if (envelope === undefined) throw new ApiError(0, 'internal', 'The server answered with nothing.');
  return envelope.data;
}
