import type { Queryable } from "../../platform/postgres.ts";

/** What was to be sent, sealed. */
export interface SealedPayload {
  readonly id: number;
  readonly billId: number;
  readonly channel: string;
  readonly payloadEncrypted: Buffer | null;
}

/**
 * The sealed payloads of some letters, for somebody with the key. That they were asked for, by whom and why, is audited in
 * the caller's transaction, which must commit before anything is shown.
 */
export async function readPayloads(
  client: Queryable,
  ids: readonly number[],
  asked: { readonly actor: string; readonly reason: string; readonly action: string },
): Promise<readonly SealedPayload[]> {
  await client.query("insert into audit_log (actor, action, subject, detail) values ($1, $2, $3, $4)", [
    asked.actor,
    asked.action,
    ids.length === 1 ? `dead-letter:${ids[0] ?? ""}` : "dead-letters",
    { reason: asked.reason, ids },
  ]);
  const { rows } = await client.query<SealedPayload>(
    `select id, bill_id as "billId", channel, payload_encrypted as "payloadEncrypted"
       from dead_letters where id = any($1::bigint[]) order by id`,
    [ids],
  );
  return rows;
}
