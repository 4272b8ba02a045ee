import type { Message } from "./notification-row.ts";

/** Whom a consumer would send at, had the message not been sent before. */
export interface ProviderChoice {
  readonly chosen: string;
  /**
   * For a message of unknown outcome that names no provider: it was claimed before providers were recorded. It is the
   * one that stands first in the configuration.
   */
  readonly first: string;
}

/**
 * The provider that a claimed message is sent at. Once an outcome is unknown it is the one it was sent at, whatever
 * was chosen: only that one would recognise the key.
 */
export function providerOfClaim(row: Message, { chosen, first }: ProviderChoice): string {
  return row.unknownOutcomes > 0 ? (row.provider ?? first) : chosen;
}

/**
 * The provider that a message keeps when a send has failed, or was not made. After an unknown outcome it keeps it
 * although this failure is known: an earlier claim may still sleep before its send, or have been accepted. Only what
 * ends the channel frees it.
 */
export function providerAfterFailure({ unknownOutcomes, provider }: Message): string | null {
  return unknownOutcomes > 0 ? provider : null;
}
