import type { HeldAccount } from "../../billing/bill.ts";
import type { Queryable } from "../../platform/postgres.ts";
import { periodDate, type PartitionAddress } from "./address.ts";

/** Lists the accounts of a partition that could not be billed, with the reason. */
export async function holdAccounts(
  client: Queryable,
  address: PartitionAddress,
  held: readonly HeldAccount[],
): Promise<void> {
  if (held.length === 0) return;
  await client.query(
    `insert into held_accounts (period, generation, partition_index, account_id, reason, detail)
     select $1, $2, $3, h.account_id, h.reason, h.detail
     from unnest($4::bigint[], $5::text[], $6::text[]) as h (account_id, reason, detail)`,
    [
      periodDate(address.period),
      address.generation,
      address.partitionIndex,
      held.map((account) => account.accountId),
      held.map((account) => account.reason),
      held.map((account) => account.detail),
    ],
  );
}
