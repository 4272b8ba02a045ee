import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import { periodOfBill } from "./message-target.ts";

/** One thing that happened to a bill's messages. */
export interface TimelineEntry {
  /** Attempts by the billing clock, everything else by the machine's. */
  readonly at: Date;
  readonly generation: number;
  readonly messageGeneration: number;
  readonly kind: "attempt" | "receipt" | "dead-letter" | "command" | "now";
  readonly channel: string;
  /** Outcome, cause, what was ordered, or the state. */
  readonly what: string;
  readonly detail: string;
}

/** All that happened to one bill's messages, oldest first, and how they stand; five probes by key. */
export async function billTimeline(client: Queryable, billId: number): Promise<readonly TimelineEntry[]> {
  const period = periodOfBill(billId);
  if (period === null) return [];
  const { from, to } = billIdRange(period);
  const { rows } = await client.query<TimelineEntry>(
    `select * from (
       select started_at as at, generation, message_generation as "messageGeneration", 'attempt' as kind, channel,
              outcome as what,
              concat_ws(' ', 'attempt ' || attempt, 'at ' || nullif(provider, ''), duration_ms || ' ms',
                        nullif(detail, '')) as detail
         from notification_attempts where bill_id = $1 and bill_id >= $2 and bill_id < $3
       union all
       select received_at, generation, message_generation, 'receipt', channel, kind,
              concat_ws(' ', case when effect = 'moved' then from_state || ' → ' || to_state else effect end,
                        'of ' || source, nullif(code, ''))
         from receipts where bill_id = $1 and generation is not null
       union all
       select created_at, generation, message_generation, 'dead-letter', channel, cause, detail
         from dead_letters where bill_id = $1
       union all
       select m.at, m.generation, m.message_generation, 'command', m.channel, c.kind,
              concat_ws(' ', m.from_state || ' → ' || m.to_state, 'by ' || c.actor, nullif(c.reason, ''), c.id::text)
         from command_messages m join commands c on c.id = m.command_id where m.bill_id = $1
       union all
       select updated_at, generation, message_generation, 'now', channel, state::text, reason
         from notifications where bill_id = $1 and bill_id >= $2 and bill_id < $3
     ) happened
     order by kind = 'now', at, generation`,
    [billId, from, to],
  );
  return rows;
}
