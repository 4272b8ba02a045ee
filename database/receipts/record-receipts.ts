import type { Queryable } from "../../platform/postgres.ts";
import type { JudgedReceipt } from "./receipt-row.ts";

/** Records receipts with their effects; one that another transaction recorded meanwhile stays as it is. */
export async function recordReceipts(
  client: Queryable,
  source: string,
  judged: readonly JudgedReceipt[],
): Promise<void> {
  if (judged.length === 0) return;
  await client.query(
    `insert into receipts (source, event_id, kind, code, provider_message_id, channel, bill_id, generation,
                           message_generation, occurred_at, effect, from_state, to_state)
     select $1, event_id, kind, code, provider_message_id, channel, bill_id, generation, message_generation,
            to_timestamp(occurred_ms / 1000), effect, from_state::notification_state, to_state::notification_state
       from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::smallint[],
                   $9::smallint[], $10::float8[], $11::text[], $12::text[], $13::text[])
         as r(event_id, kind, code, provider_message_id, channel, bill_id, generation, message_generation, occurred_ms,
              effect, from_state, to_state)
     on conflict do nothing`,
    [
      source,
      judged.map(({ receipt }) => receipt.eventId),
      judged.map(({ receipt }) => receipt.kind),
      judged.map(({ receipt }) => receipt.code),
      judged.map(({ receipt }) => receipt.providerMessageId),
      judged.map(({ receipt }) => receipt.channel),
      judged.map(({ message }) => message?.billId ?? null),
      judged.map(({ message }) => message?.generation ?? null),
      judged.map(({ message }) => message?.messageGeneration ?? null),
      judged.map(({ receipt }) => receipt.occurredAtMs),
      judged.map(({ effect }) => effect),
      judged.map(({ fromState }) => fromState),
      judged.map(({ toState }) => toState),
    ],
  );
}
