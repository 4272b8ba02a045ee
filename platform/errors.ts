/** An error that says by itself whether trying again can help; whoever throws classifies, one place decides. */
abstract class ClassifiedError extends Error {
  readonly code: string;
  constructor(code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.name = new.target.name;
  }
}

/** Trying again cannot help: a person or a change of data is needed. */
export class PermanentError extends ClassifiedError {}

/** Trying again may help, not before `retryAfterMs`. */
export class RetryableError extends ClassifiedError {
  readonly retryAfterMs: number;
  constructor(code: string, message: string, options: { retryAfterMs: number; cause?: unknown }) {
    super(code, message, options.cause);
    this.retryAfterMs = options.retryAfterMs;
  }
}
