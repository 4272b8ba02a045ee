import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import { periodDate, type GenerationAddress } from "../generations/address.ts";

/**
 * Those of the bills whose amount, as this generation has it, the member owes today, and of which no later message says
 * anything: what bounced or was given up of them may go on. All bills of the live generation are.
 */
export async function billsThatHold(
  client: Queryable,
  { period, generation, live }: GenerationAddress & { readonly live: boolean },
  billIds: readonly number[],
): Promise<ReadonlySet<number>> {
  if (live) return new Set(billIds);
  const { from, to } = billIdRange(period);
  const { rows } = await client.query<{ billId: number }>(
    `select bills_that_hold($1::date, $2::smallint, $3::bigint, $4::bigint, $5::bigint[]) as "billId"`,
    [periodDate(period), generation, from, to, billIds],
  );
  return new Set(rows.map(({ billId }) => billId));
}
