import type { Queryable } from "../../platform/postgres.ts";

/** A Kafka message that nobody could read, by its place; what it says stays sealed. */
export interface ListedPoison {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly cause: string;
  readonly parkedAt: Date;
  /** The same to the microsecond, for the key of pages. */
  readonly parkedKey: string;
}

/** Key of the last one of a page: when, topic, partition, offset. */
export type PoisonKey = readonly [parkedAt: string, topic: string, partition: number, offset: number];

/** Parked messages, the newest first; those after `before`. */
export async function listPoison(
  client: Queryable,
  before: PoisonKey | null,
  limit: number,
): Promise<readonly ListedPoison[]> {
  const [parkedAt, topic, partition, offset] = before ?? [null, null, null, null];
  const { rows } = await client.query<ListedPoison>(
    `select topic, kafka_partition as partition, kafka_offset as "offset", cause, created_at as "parkedAt", created_at::text as "parkedKey"
       from poison_messages
      where ($1::timestamptz is null or created_at <= $1)
        and ($1::timestamptz is null or created_at < $1
             or (created_at = $1 and (topic, kafka_partition, kafka_offset) > ($2, $3::integer, $4::bigint)))
      order by created_at desc, topic, kafka_partition, kafka_offset
      limit $5`,
    [parkedAt, topic, partition, offset, limit],
  );
  return rows;
}
