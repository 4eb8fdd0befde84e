/** One table from the name of a failure to the HTTP status and title it has at the API. Names are stable: channels rely on them. */
export const FAILURES = {
  malformed_request: { status: 400, title: 'The request could not be read' },
  idempotency_key_required: { status: 400, title: 'An Idempotency-Key header is required' },
  unauthenticated: { status: 401, title: 'A valid API key is required' },
  forbidden: { status: 403, title: 'This key may not do that' },
  not_found: { status: 404, title: 'There is no such thing here' },
  method_not_allowed: { status: 405, title: 'This address does not take that method' },
  illegal_transition: { status: 409, title: 'Not possible in the present state' },
  reference_taken: { status: 409, title: 'This reference belongs to another order' },
  request_in_progress: { status: 409, title: 'The same request is still running' },
  already_exists: { status: 409, title: 'There is one already' },
  stock_conflict: { status: 409, title: 'The stock is not what the request expects' },
  precondition_failed: { status: 412, title: 'It has changed since it was read' },
  too_large: { status: 413, title: 'The request is too large' },
  unsupported_media_type: { status: 415, title: 'The body is not of the type it has to be' },
  invalid_request: { status: 422, title: 'The request is not valid' },
  idempotency_key_reused: { status: 422, title: 'This Idempotency-Key was used for another request' },
  rate_limited: { status: 429, title: 'Too many requests' },
  headers_too_large: { status: 431, title: 'The request headers are too large' },
  dependency_unavailable: { status: 503, title: 'A part this service relies on is away' },
  internal: { status: 500, title: 'A fault of this service' },
} as const satisfies Record<string, { status: number; title: string }>;

export type FailureCode = keyof typeof FAILURES;

export const isFailureCode = (code: string): code is FailureCode => Object.hasOwn(FAILURES, code);

export interface FieldError {
  /** RFC 6901 JSON pointer into the body, or the name of a header, path or query parameter. */
  pointer: string;
  message: string;
}

/** A refusal that belongs to the contract: it has a code from the table and tells the caller what to do. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: FailureCode;
  readonly errors: FieldError[];
  readonly retryAfterSeconds: number | undefined;
  constructor(code: FailureCode, detail: string, more: { errors?: FieldError[]; retryAfterSeconds?: number } = {}) {
    super(detail);
    this.code = code;
    this.errors = more.errors ?? [];
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}
