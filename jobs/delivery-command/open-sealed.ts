import { openPayloads, type OpenedPayload, type OpeningOrder } from "../../desk/letters/open-payloads.ts";
import { loadConfig } from "../../platform/config.ts";
import { createColumnCipher } from "../../platform/encryption.ts";
import { PermanentError } from "../../platform/errors.ts";
import { inTransactionOn, type Client } from "../../platform/postgres.ts";
import { deliveryVariables } from "./options.ts";

/** Opens the payloads of dead letters with the keys of this process, after it was audited who asked and why. */
export async function openSealed(
  client: Client,
  ids: readonly number[],
  asked: OpeningOrder["asked"],
): Promise<ReadonlyMap<number, OpenedPayload>> {
  const { ENCRYPTION_KEYS } = loadConfig(deliveryVariables);
  if (ENCRYPTION_KEYS === undefined) {
    throw new PermanentError("no-key", "what was to be sent is sealed; set ENCRYPTION_KEYS to open it");
  }
  // The index key is for finding, not for opening.
  const cipher = createColumnCipher(ENCRYPTION_KEYS, "");
  return await inTransactionOn(client, () => openPayloads(client, ids, { asked, cipher }));
}
