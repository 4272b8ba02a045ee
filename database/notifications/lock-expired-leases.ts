import type { Channel } from "../../notification/channel.ts";
import type { RowIn } from "../../notification/notification-row.ts";
import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import type { GenerationAddress } from "../generations/address.ts";
import { fallbacksOf } from "./channel-plan-text.ts";

/** Messages whose consumer has not reported in time, and both clocks' readings. */
export interface ExpiredLeases {
  /** Billing clock. */
  readonly nowMs: number;
  readonly machineNowMs: number;
  readonly rows: readonly RowIn<"SENDING">[];
}

interface Row {
  readonly bill_id: number;
  readonly message_generation: number;
  readonly seq: number;
  readonly attempt: number;
  readonly unknown_outcomes: number;
  readonly provider: string | null;
  readonly channel: Channel;
  readonly channel_plan: string;
  readonly lease_until_ms: number;
  readonly now_ms: number;
  readonly machine_now_ms: number;
}

/** Locks at most `limit` SENDING rows whose lease has run out by the machine clock, until the transaction ends. */
export async function lockExpiredLeases(
  client: Queryable,
  { period, generation }: GenerationAddress,
  limit: number,
): Promise<ExpiredLeases> {
  const { from, to } = billIdRange(period);
  const result = await client.query<Row>(
    `select bill_id, message_generation, seq, attempt, unknown_outcomes, provider, channel, channel_plan,
            extract(epoch from lease_until)::float8 * 1000 as lease_until_ms,
            extract(epoch from billing_now())::float8 * 1000 as now_ms,
            extract(epoch from clock_timestamp())::float8 * 1000 as machine_now_ms
       from notifications
      where generation = $1 and bill_id >= $2 and bill_id < $3
        and state = 'SENDING' and lease_until < clock_timestamp()
      order by lease_until
      limit $4
        for update skip locked`,
    [generation, from, to, limit],
  );
  const first = result.rows[0];
  return {
    nowMs: first?.now_ms ?? 0,
    machineNowMs: first?.machine_now_ms ?? 0,
    rows: result.rows.map((row) => sendingRow(row, generation)),
  };
}

function sendingRow(row: Row, generation: number): RowIn<"SENDING"> {
  return {
    billId: row.bill_id,
    generation,
    messageGeneration: row.message_generation,
    channel: row.channel,
    fallbacks: fallbacksOf(row.channel_plan, row.channel),
    attempt: row.attempt,
    seq: row.seq,
    unknownOutcomes: row.unknown_outcomes,
    provider: row.provider,
    state: "SENDING",
    leaseUntilMs: row.lease_until_ms,
  };
}
