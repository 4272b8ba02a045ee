import type { Queryable } from "../../platform/postgres.ts";

/** A Kafka message that nobody can read, and where it lies. */
export interface PoisonMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** A code, e.g. `bad-field:seq`. */
  readonly cause: string;
  /** null when the message had no value. */
  readonly payloadEncrypted: Buffer | null;
}

/** Puts messages aside so that the partition can go on; one that was parked before stays as it is. */
export async function parkPoison(client: Queryable, messages: readonly PoisonMessage[]): Promise<void> {
  await client.query(
    `insert into poison_messages (topic, kafka_partition, kafka_offset, cause, payload_encrypted)
     select * from unnest($1::text[], $2::integer[], $3::bigint[], $4::text[], $5::bytea[])
     on conflict do nothing`,
    [
      messages.map((message) => message.topic),
      messages.map((message) => message.partition),
      messages.map((message) => message.offset),
      messages.map((message) => message.cause),
      messages.map((message) => message.payloadEncrypted),
    ],
  );
}
