import { readPayloads } from "../../database/dead-letters/read-payloads.ts";
import { createColumnCipher } from "../../platform/encryption.ts";
import { inTransactionOn, type Client } from "../../platform/postgres.ts";
import { loadConfig } from "../../platform/config.ts";
import { PermanentError } from "../../platform/errors.ts";
import { maskField } from "../import/mask-field.ts";
import { deliveryVariables } from "./options.ts";

/** What was to be sent, and where to. */
export interface OpenedPayload {
  readonly to: string;
  /** As anybody may see it. */
  readonly masked: string;
  readonly content: unknown;
}

/** Opens the payloads of dead letters, after it was audited who asked and why; letters without one are left out. */
export async function openPayloads(
  client: Client,
  ids: readonly number[],
  asked: { readonly actor: string; readonly reason: string; readonly action: string },
): Promise<ReadonlyMap<number, OpenedPayload>> {
  const { ENCRYPTION_KEYS } = loadConfig(deliveryVariables);
  if (ENCRYPTION_KEYS === undefined) {
    throw new PermanentError("no-key", "what was to be sent is sealed; set ENCRYPTION_KEYS to open it");
  }
  // The index key is for finding, not for opening.
  const cipher = createColumnCipher(ENCRYPTION_KEYS, "");
  const sealed = await inTransactionOn(client, () => readPayloads(client, ids, asked));
  const opened = new Map<number, OpenedPayload>();
  for (const { id, billId, payloadEncrypted } of sealed) {
    if (payloadEncrypted === null) continue;
    const address = { table: "dead_letters", column: "payload", row: billId };
    const { to, content } = JSON.parse(cipher.decrypt(payloadEncrypted, address)) as Omit<
      OpenedPayload,
      "masked"
    >;
    opened.set(id, { to, masked: maskField(to.includes("@") ? "email" : "phone", to), content });
  }
  return opened;
}
