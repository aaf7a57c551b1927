// A refusal of the server, with its stable code. Screens branch on `code`, people read `message`.

export interface ErrorDetails {
  requestId?: string;
  fields?: Record<string, string>;
  [key: string]: unknown;
}

export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: ErrorDetails;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, code: string, message: string, details: ErrorDetails = {}, retryAfterSeconds?: number) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.details = details;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** What is wrong at each form field. */
  get fields(): Record<string, string> {
    return this.details.fields ?? {};
  }
}

/** The sentence to show for anything that was thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  return 'Something went wrong in this page. Reload it and try again.';
}
