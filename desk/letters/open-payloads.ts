import { readPayloads } from "../../database/dead-letters/read-payloads.ts";
import type { ColumnCipher } from "../../platform/encryption.ts";
import { maskEmail, maskPhone } from "../../platform/mask.ts";
import type { Queryable } from "../../platform/postgres.ts";

/** What was to be sent, and where to. */
export interface OpenedPayload {
  readonly to: string;
  /** As anybody may see it. */
  readonly masked: string;
  readonly content: unknown;
}

/** Who asks and why, and the keys. */
export interface OpeningOrder {
  readonly asked: { readonly actor: string; readonly reason: string; readonly action: string };
  readonly cipher: Pick<ColumnCipher, "decrypt">;
}

/**
 * Opens the payloads of dead letters, and audits who asked and why, in the caller's transaction, which must commit before
 * anything is shown; letters without one are left out.
 */
export async function openPayloads(
  client: Queryable,
  ids: readonly number[],
  { asked, cipher }: OpeningOrder,
): Promise<ReadonlyMap<number, OpenedPayload>> {
  const opened = new Map<number, OpenedPayload>();
  for (const { id, billId, payloadEncrypted } of await readPayloads(client, ids, asked)) {
    if (payloadEncrypted === null) continue;
    const address = { table: "dead_letters", column: "payload", row: billId };
    const { to, content } = JSON.parse(cipher.decrypt(payloadEncrypted, address)) as Omit<
      OpenedPayload,
      "masked"
    >;
    opened.set(id, { to, masked: to.includes("@") ? maskEmail(to) : maskPhone(to), content });
  }
  return opened;
}
