// The one way to the server: envelope, CSRF header, one renewal of the sign-in, typed errors.
import { ApiError, type ErrorDetails } from './error';

type Query = Record<string, string | number | boolean | null | undefined>;
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

interface Options {
  query?: Query;
  body?: unknown;
  /** The `version` that was read: refused with 412 when another has changed the thing since. */
  version?: number;
  /** Asked by the page and not by the person, whose sign-in must not stay fresh by it. */
  background?: boolean;
  /** A part of the answer's bytes, such as `bytes=0-99`. */
  range?: string;
  signal?: AbortSignal;
}

interface Envelope {
  success: boolean;
  data?: unknown;
  error?: string;
  message?: string;
  details?: ErrorDetails;
}

const CSRF_COOKIE = '__Host-sallyport_csrf';
const REFRESHED_KEY = 'sallyport.refreshedAt';

let onSignedOut: () => void = () => undefined;

/** Called when the sign-in has ended and cannot be renewed. */
export function setSignedOutHandler(handler: () => void): void {
  onSignedOut = handler;
}

function csrfToken(): string | undefined {
  const prefix = `${CSRF_COOKIE}=`;
  const pair = document.cookie.split('; ').find((part) => part.startsWith(prefix));
  return pair === undefined ? undefined : decodeURIComponent(pair.slice(prefix.length));
}

function send(method: Method, path: string, { body, version, background, range, signal }: Omit<Options, 'query'>): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (version !== undefined) headers['If-Match'] = `"${version}"`;
  if (background === true) headers['X-Background'] = '1';
  if (range !== undefined) headers.Range = range;
  const token = method === 'GET' ? undefined : csrfToken();
  if (token !== undefined) headers['X-CSRF-Token'] = token;
  return fetch(path, {
    method,
    headers,
    credentials: 'same-origin',
    cache: 'no-store',
    body: body === undefined ? undefined : JSON.stringify(body),
    signal,
  });
}

let refreshing: Promise<boolean> | undefined;

/**
 * Renews the sign-in, once for all callers and for all tabs: a refresh token is good for one use,
 * and a second use ends the whole family.
 */
function refresh(failedAt: number): Promise<boolean> {
  refreshing ??= exclusively(async () => {
    if (Number(localStorage.getItem(REFRESHED_KEY) ?? 0) > failedAt) return true;
    const response = await send('POST', '/api/auth/refresh', { body: {} });
    // Superseded: someone else of this browser was quicker, and its cookies are here already.
    const renewed = response.ok || (await toError(response)).code === 'refresh_superseded';
    if (renewed) localStorage.setItem(REFRESHED_KEY, String(Date.now()));
    return renewed;
  }).finally(() => {
    refreshing = undefined;
  });
  return refreshing;
}

async function exclusively(work: () => Promise<boolean>): Promise<boolean> {
  // Web Locks are missing where the page is not a secure context.
  if (!('locks' in navigator)) return work();
  return await navigator.locks.request('sallyport-refresh', work);
}

async function toError(response: Response): Promise<ApiError> {
  const retryAfter = Number(response.headers.get('Retry-After'));
  const retry = Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : undefined;
  try {
    const envelope = (await response.json()) as Envelope;
    const message = envelope.message ?? 'The server refused this without saying why.';
    return new ApiError(response.status, envelope.error ?? 'internal', message, envelope.details, retry);
  } catch {
    const message =
      response.status >= 500
        ? 'Sallyport cannot be reached right now. Try again in a moment.'
        : `The server answered ${response.status} without saying why.`;
    return new ApiError(response.status, 'unavailable', message, {}, retry);
  }
}

const OFFLINE = new ApiError(0, 'offline', 'Sallyport cannot be reached. Check your connection and try again.');

/** fetch with the sign-in's cookies; renews the sign-in once when it has run out. Throws ApiError unless the answer is 2xx. */
export async function apiFetch(method: Method, path: string, options: Omit<Options, 'query'> = {}): Promise<Response> {
  const startedAt = Date.now();
  try {
    let response = await send(method, path, options);
    if (response.status === 401) {
      const error = await toError(response);
      if (error.code !== 'unauthenticated') throw error;
      if (!(await refresh(startedAt))) {
        onSignedOut();
        throw error;
      }
      response = await send(method, path, options);
    }
    if (!response.ok) throw await toError(response);
    return response;
  } catch (error) {
    if (error instanceof TypeError) throw OFFLINE;
    throw error;
  }
}

async function request<T>(method: Method, path: string, { query: asked, ...options }: Options = {}): Promise<T> {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(asked ?? {})) {
    if (value !== undefined && value !== null && value !== '') params.set(key, String(value));
  }
  const query = params.size > 0 ? `?${params.toString()}` : '';
  const response = await apiFetch(method, `${path}${query}`, options);
  if (response.status === 204) return undefined as T;
  const envelope = (await response.json()) as Envelope;
  return envelope.data as T;
}

export const api = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal, background = false) => request<T>('GET', path, { query, signal, background }),
  post: <T>(path: string, body: unknown = {}) => request<T>('POST', path, { body }),
  put: <T>(path: string, body: unknown, version?: number) => request<T>('PUT', path, { body, version }),
  delete: <T>(path: string, query?: Query, version?: number) => request<T>('DELETE', path, { query, version }),
};
