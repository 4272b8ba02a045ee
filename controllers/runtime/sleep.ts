import { setTimeout as sleepFor } from "node:timers/promises";

/** Waits; resolves early, without an error, when one of the signals fires. */
export async function sleep(ms: number, ...signals: readonly AbortSignal[]): Promise<void> {
  await sleepFor(ms, undefined, { signal: AbortSignal.any([...signals]) }).catch(() => undefined);
}
