import type { Queryable } from "../../platform/postgres.ts";
import { suppressionCondition, type SuppressionFilter } from "./filter.ts";

/** A suppressed address, as a list shows it: whose it is, not what it is. */
export interface Suppression {
  readonly id: number;
  readonly channel: string;
  readonly cause: string;
  readonly source: string;
  readonly code: string;
  /** The message that it was told of. */
  readonly billId: number;
  /** By the provider's clock. */
  readonly occurredAt: Date;
  readonly suppressedAt: Date;
  /** Who has that address today; nobody once it was corrected. */
  readonly memberIds: readonly number[];
}

/** A page of suppressions in force by their numbers, those after `afterId`; the last one's number leads to the next page. */
export async function listSuppressions(
  client: Queryable,
  filter: SuppressionFilter,
  { afterId, limit }: { readonly afterId: number; readonly limit: number },
): Promise<readonly Suppression[]> {
  const values: unknown[] = [afterId, limit];
  const { rows } = await client.query<Suppression>(
    `select s.id, s.channel, s.reason as cause, s.source, s.code, s.bill_id as "billId",
            s.occurred_at as "occurredAt", s.created_at as "suppressedAt",
            array(select m.member_id::int8 from suppressed_members m where m.suppression_id = s.id
                   order by 1)::text[] as "memberIds"
       from suppressions s
      where s.id > $1 and ${suppressionCondition(filter, values)}
      order by s.id
      limit $2`,
    values,
  );
  return rows.map((row) => ({ ...row, memberIds: row.memberIds.map(Number) }));
}
