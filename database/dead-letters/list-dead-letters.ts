import type { Queryable } from "../../platform/postgres.ts";
import { deadLetterCondition, type DeadLetterFilter } from "./filter.ts";

/** A message that was given up, as a list shows it: no contact, that is sealed in the payload. */
export interface DeadLetter {
  readonly id: number;
  readonly billId: number;
  readonly generation: number;
  readonly messageGeneration: number;
  readonly channel: string;
  readonly cause: string;
  readonly detail: string;
  readonly diedAt: Date;
  readonly redrivenAt: Date | null;
  readonly hasPayload: boolean;
}

/** A page of dead letters by their numbers, those after `afterId`; the last one's number leads to the next page. */
export async function listDeadLetters(
  client: Queryable,
  filter: DeadLetterFilter,
  { afterId, limit }: { readonly afterId: number; readonly limit: number },
): Promise<readonly DeadLetter[]> {
  const values: unknown[] = [afterId, limit];
  const { rows } = await client.query<DeadLetter>(
    `select d.id, d.bill_id as "billId", d.generation, d.message_generation as "messageGeneration", d.channel,
            d.cause, d.detail, d.created_at as "diedAt", d.redriven_at as "redrivenAt",
            d.payload_encrypted is not null as "hasPayload"
       from dead_letters d
      where d.id > $1 and ${deadLetterCondition(filter, values)}
      order by d.id
      limit $2`,
    values,
  );
  return rows;
}
