import type { Queryable } from "../../platform/postgres.ts";
import { billId, billIdRange } from "../bills/leaf.ts";
import { accountIdsOf } from "../members/account-ids.ts";
import { periodOfBill, type MessageTarget } from "./message-target.ts";
import type { TargetChunk } from "./move-messages.ts";

/** The newest message of each of these bills. Of a bill that changed, that is the message of its latest generation. */
export async function* billTargets(
  client: Queryable,
  billIds: readonly number[],
): AsyncGenerator<TargetChunk> {
  const wanted = new Set(billIds);
  const targets: MessageTarget[] = [];
  for (const [period, ids] of Map.groupBy(wanted, periodOfBill)) {
    if (period === null) continue;
    const { from, to } = billIdRange(period);
    const { rows } = await client.query<MessageTarget>(
      `select distinct on (bill_id) bill_id as "billId", generation, null as "messageGeneration"
         from notifications
        where bill_id >= $1 and bill_id < $2 and bill_id = any($3::bigint[])
        order by bill_id, generation desc`,
      [from, to, ids],
    );
    targets.push(...rows);
  }
  yield { targets, missing: wanted.size - targets.length, more: false };
}

/** The numbers of a member's bills of a month: one an account, whether or not it was billed. */
export async function billsOfMember(
  client: Queryable,
  memberId: number,
  period: string,
): Promise<readonly number[]> {
  const accountIds = await accountIdsOf(client, memberId);
  return accountIds.map((id) => billId(period, id));
}
