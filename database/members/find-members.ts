import type { Queryable } from "../../platform/postgres.ts";

/** One term by which members are looked up; contacts by their blind index. */
export type MemberTerm =
  | { readonly by: "member" | "account"; readonly id: number }
  | { readonly by: "email" | "phone"; readonly index: Buffer };

/** A member as it is found, contacts sealed. */
export interface FoundMember {
  readonly memberId: number;
  readonly nameEncrypted: Buffer;
  readonly emailEncrypted: Buffer | null;
  readonly phoneEncrypted: Buffer | null;
  readonly accountIds: readonly number[];
}

const conditions = {
  member: "m.id = $1::bigint",
  account: "m.id = (select member_id from accounts where id = $1::bigint)",
  email: "m.email_index = $1::bytea",
  phone: "m.phone_index = $1::bytea",
} as const;

/** The members of a term, by their numbers: one by number, several where people share a contact. Each by an index. */
export async function findMembers(
  client: Queryable,
  term: MemberTerm,
  limit: number,
): Promise<readonly FoundMember[]> {
  const { rows } = await client.query<FoundMember>(
    `select m.id as "memberId", m.name_encrypted as "nameEncrypted", m.email_encrypted as "emailEncrypted",
            m.phone_encrypted as "phoneEncrypted",
            (select coalesce(json_agg(a.id order by a.id), '[]') from accounts a where a.member_id = m.id)
              as "accountIds"
       from members m
      where ${conditions[term.by]}
      order by m.id
      limit $2`,
    ["id" in term ? term.id : term.index, limit],
  );
  return rows;
}
