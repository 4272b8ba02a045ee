/** What an error answer of the API server says of itself (`kind: Status`). */
export interface KubernetesStatus {
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly retryAfterSeconds?: number };
}

/**
 * The API server refused, or gave no answer. `status` is the HTTP status, 0 = no answer: a write may have been
 * executed. `reason` is the server's ("Conflict", "AlreadyExists", …), or the socket's ("ECONNREFUSED", "Timeout").
 */
export class KubernetesError extends Error {
  readonly status: number;
  readonly reason: string;
  /** How long the server asks to be left alone; null when it does not. */
  readonly retryAfterMs: number | null;
  constructor(status: number, reason: string, message: string, retryAfterMs: number | null = null) {
    super(message);
    this.name = "KubernetesError";
    this.status = status;
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The error of an answer. A proxy in between may answer without a Status: then its text is the message. */
export function errorOfAnswer(status: number, text: string, retryAfter: string | undefined): KubernetesError {
  const body = statusOf(text);
  const seconds = Number(retryAfter ?? body?.details?.retryAfterSeconds ?? Number.NaN);
  return new KubernetesError(
    status,
    body?.reason ?? `HTTP ${status}`,
    body?.message ?? (text.slice(0, 500) || `HTTP ${status}`),
    Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null,
  );
}

/** The error of an exchange that brought no answer. */
export function errorOfSilence(what: string, cause: unknown): KubernetesError {
  if (cause instanceof KubernetesError) return cause;
  const error = new KubernetesError(0, reasonOf(cause), `${what}: ${messageOf(cause)}`);
  error.cause = cause;
  return error;
}

/** True for the rejection of a create because of an object of that name. */
export function isAlreadyExists(error: unknown): boolean {
  return error instanceof KubernetesError && error.reason === "AlreadyExists";
}

/** True for the rejection of a write because the object has changed since it was read. */
export function isConflict(error: unknown): boolean {
  return error instanceof KubernetesError && error.status === 409 && error.reason !== "AlreadyExists";
}

/** True where a read or a write found no such object, or no such kind. */
export function isNotFound(error: unknown): boolean {
  return error instanceof KubernetesError && error.status === 404;
}

/** True where the server takes no such object: 422 or 400 by a rule, 403 by a quota, a webhook, a policy or missing rights. */
export function isRefusal(error: unknown): error is KubernetesError {
  return error instanceof KubernetesError && [400, 403, 422].includes(error.status);
}

/** True where a resourceVersion is too old to go on from. */
export function isGone(error: unknown): boolean {
  return error instanceof KubernetesError && error.status === 410;
}

function statusOf(text: string): KubernetesStatus | null {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? body : null;
  } catch {
    return null;
  }
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "Unknown";
  if (cause.name === "TimeoutError") return "Timeout";
  return "code" in cause && typeof cause.code === "string" ? cause.code : cause.name;
}

// An AggregateError of both address families has no message of its own.
function messageOf(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(messageOf).join(", ");
  return cause instanceof Error ? cause.message : String(cause);
}
