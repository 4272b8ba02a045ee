import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import type { GenerationAddress } from "../generations/address.ts";

/** A bill that was sent, with its member's sealed contact. */
export interface SampleBill {
  readonly billId: number;
  readonly memberId: number;
  readonly totalMinor: number;
  readonly nameEncrypted: Buffer;
  readonly phoneEncrypted: Buffer | null;
  readonly language: "ko" | "en";
  readonly items: readonly (readonly [
    codeId: number,
    quantityMilli: number,
    rateMicro: number,
    amountMinor: number,
  ])[];
}

/** Among the bills sent by e-mail, one with enough to explain and not too much: about ten lines, the lowest number. */
export async function sampleSentBill(
  client: Queryable,
  address: GenerationAddress,
): Promise<SampleBill | null> {
  const { from, to } = billIdRange(address.period);
  const scope = (t: string): string =>
    `${t}.bill_id >= ${from} and ${t}.bill_id < ${to} and ${t}.generation = $1`;
  const { rows } = await client.query<SampleBill>(
    `with chosen as (
       select b.bill_id, b.partition_index, b.total_minor, n.member_id
       from bills b join notifications n on n.bill_id = b.bill_id and ${scope("n")}
       where ${scope("b")} and n.state = 'SENT' and n.channel = 'email' and b.total_minor > 0
       order by abs(b.item_count - 10), b.bill_id limit 1
     )
     select c.bill_id as "billId", c.member_id as "memberId", c.total_minor as "totalMinor",
       m.name_encrypted as "nameEncrypted", m.phone_encrypted as "phoneEncrypted", m.language,
       (select json_agg(json_build_array(i.code_id, i.quantity_milli, i.rate_micro, i.amount_minor) order by i.line)
        from bill_items i where ${scope("i")} and i.bill_id = c.bill_id) as items
     from chosen c join members m on m.id = c.member_id`,
    [address.generation],
  );
  return rows[0] ?? null;
}
