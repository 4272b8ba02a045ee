import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import { periodOfBill } from "../commands/message-target.ts";
import { listedColumns, type ListedMessage } from "./listed-message.ts";

/** The messages of one bill, one a generation that has one, the newest first; by key. */
export async function messagesOfBill(client: Queryable, billId: number): Promise<readonly ListedMessage[]> {
  const period = periodOfBill(billId);
  if (period === null) return [];
  const { from, to } = billIdRange(period);
  const { rows } = await client.query<ListedMessage>(
    `select ${listedColumns} from notifications n
      where n.bill_id = $1 and n.bill_id >= $2 and n.bill_id < $3
      order by n.generation desc`,
    [billId, from, to],
  );
  return rows;
}
