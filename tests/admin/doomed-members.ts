import { memberColumn } from "../../database/deliverable-bills/contact-address.ts";
import { emailKey, phoneKey } from "../../database/members/contact-key.ts";
import { createColumnCipher } from "../../platform/encryption.ts";
import type { Client } from "../../platform/postgres.ts";
import { billIdOf, testKeys } from "../support/bills.ts";

const cipher = createColumnCipher(testKeys.ENCRYPTION_KEYS, testKeys.BLIND_INDEX_KEY);

/** A member with one bill of October, to be told of it as soon as it is released, by e-mail and then by SMS. */
export interface PlainMember {
  readonly memberId: number;
  readonly billId: number;
}

/** The first `count` generated members without wishes of their own. */
export async function plainMembers(client: Client, count: number): Promise<readonly PlainMember[]> {
  const { rows } = await client.query<{ memberId: number; accountId: number }>(
    `select m.id as "memberId", min(a.id) as "accountId"
       from members m
       join accounts a on a.member_id = m.id
       join subscriptions s on s.account_id = a.id and s.ended_on is null and s.started_on < '2026-10-01'
      where m.has_email and m.has_phone and not m.has_push_token and m.send_day is null
        and m.preferred_channel is null and m.quiet_start is null and m.time_zone = 'Asia/Seoul'
      group by m.id having count(distinct a.id) = 1
      order by m.id limit $1`,
    [count],
  );
  if (rows.length < count) throw new Error(`only ${rows.length} members without wishes`);
  return rows.map(({ memberId, accountId }) => ({ memberId, billId: billIdOf("2026-10", accountId) }));
}

/** Gives a member other contacts; the provider simulator refuses `bounce+1@example.com` and `01099990001` for good. */
export async function reach(client: Client, memberId: number, email: string, phone: string): Promise<void> {
  await client.query(
    `update members set email_encrypted = $2, email_index = $3, phone_encrypted = $4, phone_index = $5
      where id = $1`,
    [
      memberId,
      cipher.encrypt(email, memberColumn("email", memberId)),
      cipher.blindIndex(emailKey(email)),
      cipher.encrypt(phone, memberColumn("phone", memberId)),
      cipher.blindIndex(phoneKey(phone)),
    ],
  );
}
