import type { NotificationRow } from "../../notification/notification-row.ts";
import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import type { GenerationAddress } from "../generations/address.ts";
import { rowColumns, rowOf, type RowColumns } from "../notifications/row-of.ts";
import { billsThatHold } from "./bills-that-hold.ts";

/** A message that a receipt is about. */
export interface ReceivedMessage {
  readonly row: NotificationRow;
  /** Whether the member owes its amount now, and no later message says anything of the bill. */
  readonly billHolds: boolean;
}

/**
 * The rows of these bills of one generation, by bill, locked until the transaction ends, in the order of their numbers.
 * Those that have none are left out.
 */
export async function lockMessages(
  client: Queryable,
  { period, generation }: GenerationAddress,
  billIds: readonly number[],
): Promise<ReadonlyMap<number, ReceivedMessage>> {
  // As promotion does, exclusively: a bill that holds now must not be superseded between this look and the commit.
  await client.query("select pg_advisory_xact_lock_shared(hashtext('generations ' || $1))", [period]);
  const { from, to } = billIdRange(period);
  const found = await client.query<RowColumns>(
    `select ${rowColumns}
       from notifications n
      where n.generation = $1 and n.bill_id >= $2 and n.bill_id < $3 and n.bill_id = any($4::bigint[])
      order by n.bill_id
        for update`,
    [generation, from, to, billIds],
  );
  const common = await client.query<{ live: boolean }>(
    "select state = 'live' as live from generations where period = to_date($1, 'YYYY-MM') and number = $2",
    [period, generation],
  );
  const live = common.rows[0]?.live === true;
  const holding = await billsThatHold(client, { period, generation, live }, billIds);
  return new Map(
    found.rows.map((columns) => [
      columns.billId,
      { row: rowOf(columns, generation), billHolds: holding.has(columns.billId) },
    ]),
  );
}
