import type { Queryable } from "../../platform/postgres.ts";

/** A suppressed address as it stands on a member's row, sealed for that row. */
export interface SealedSuppressedContact {
  readonly id: number;
  readonly memberId: number;
  readonly contact: "email" | "phone" | "pushToken";
  readonly contactEncrypted: Buffer;
}

/**
 * The sealed addresses of some suppressions, for somebody with the key. That they were asked for, by whom and why, is
 * audited in the caller's transaction, which must commit before anything is shown.
 */
export async function readSuppressedContacts(
  client: Queryable,
  ids: readonly number[],
  asked: { readonly actor: string; readonly reason: string },
): Promise<readonly SealedSuppressedContact[]> {
  await client.query("insert into audit_log (actor, action, subject, detail) values ($1, $2, $3, $4)", [
    ...[asked.actor, "suppressions.contacts", "suppressions"],
    { reason: asked.reason, ids },
  ]);
  const { rows } = await client.query<SealedSuppressedContact>(
    `select suppression_id as id, member_id as "memberId", contact, contact_encrypted as "contactEncrypted"
       from suppressed_contacts
      where suppression_id = any($1::bigint[])
      order by 1, 2`,
    [ids],
  );
  return rows;
}
