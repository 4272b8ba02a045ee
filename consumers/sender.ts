import type { SendOutcome } from "../notification/notification-event.ts";

/** A rendered message on its way out. */
export interface OutgoingMessage<Content> {
  /** The provider accepts a key once, however often it comes. */
  readonly idempotencyKey: string;
  /** Address or number. Never logged, never in a result. */
  readonly to: string;
  readonly content: Content;
}

/** How a send ended. */
export interface SendResult {
  readonly outcome: SendOutcome;
  /** The provider's number of the accepted message; null when it gave none. */
  readonly providerMessageId: string | null;
  /** A code for people, e.g. `http-503`; never the provider's words, which like to quote the address. */
  readonly detail: string;
}

/** Sends one message at a time over one channel; the port with an implementation per kind of provider. */
export interface MessageSender<Content> {
  /** Never rejects: every way a send can end is an outcome. */
  send(message: OutgoingMessage<Content>): Promise<SendResult>;
  close(): Promise<void>;
}
