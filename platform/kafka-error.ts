/** The error that the Kafka driver calls back with; null when there was none, which its types do not know. */
export function driverError(error: unknown): Error | null {
  if (error === null || error === undefined) return null;
  return error instanceof Error ? error : new Error("the Kafka driver failed", { cause: error });
}

/** After this the client does nothing any more, and does not say so again. */
const fatalCode = -150;

/** Whether the client has failed for good and must be replaced. */
export function isFatalClientError(error: unknown): error is Error {
  const { code, isFatal } = (error ?? {}) as { readonly code?: unknown; readonly isFatal?: unknown };
  return code === fatalCode || isFatal === true;
}
