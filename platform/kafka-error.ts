/** The error that the Kafka driver calls back with; null when there was none, which its types do not know. */
export function driverError(error: unknown): Error | null {
  if (error === null || error === undefined) return null;
  return error instanceof Error ? error : new Error("the Kafka driver failed", { cause: error });
}
