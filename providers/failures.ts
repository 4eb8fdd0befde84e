/** The provider did not answer, or answered with a fault of its own: whether it acted is unknown. Ask again with the same key. */
export class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable';
  /** Milliseconds the provider asked us to wait (its Retry-After), where it did. */
  readonly retryAfterMs: number | undefined;
  constructor(message: string, options: { cause?: unknown; retryAfterMs?: number } = {}) {
    super(message, { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The provider understood the request and refuses it for good (a 4xx that is ours to mend): it did not act, and will not. */
export class ProviderRejected extends Error {
  override readonly name = 'ProviderRejected';
  readonly code: string;
  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}
