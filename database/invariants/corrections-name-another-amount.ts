import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import type { GenerationAddress } from "../generations/address.ts";
import type { Invariant } from "./invariant.ts";

/**
 * Every correction names an amount that an earlier generation's message of the same bill had, and that is not the amount
 * of its own bill.
 */
export async function correctionsNameAnotherAmount(
  client: Queryable,
  address: GenerationAddress,
): Promise<Invariant> {
  const { from, to } = billIdRange(address.period);
  const { rows } = await client.query<{ corrections: number; wrong: number }>(
    `select count(*) as corrections,
       count(*) filter (where told.bill_id is null or own.total_minor = n.told_minor) as wrong
     from notifications n
     join bills own on own.bill_id = n.bill_id and own.generation = n.generation
       and own.bill_id >= ${from} and own.bill_id < ${to}
     left join bills told on told.bill_id = n.bill_id and told.generation = n.told_generation
       and told.bill_id >= ${from} and told.bill_id < ${to}
       and told.total_minor = n.told_minor and told.generation < n.generation
     where n.bill_id >= ${from} and n.bill_id < ${to} and n.told_minor is not null`,
  );
  const { corrections, wrong } = rows[0] ?? { corrections: 0, wrong: 0 };
  return {
    name: "corrections-name-another-amount",
    holds: wrong === 0,
    detail: `${corrections} corrections, ${wrong} of which name a wrong amount`,
  };
}
