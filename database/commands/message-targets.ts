import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import type { GenerationAddress } from "../generations/address.ts";
import type { MessageTarget } from "./message-target.ts";
import type { TargetChunk } from "./move-messages.ts";

const chunkSize = 5_000;

/** Which messages of one generation; what is left out does not matter. */
export interface MessageTargetFilter extends GenerationAddress {
  readonly channel?: string;
  /** Why they are where they are: `send-day`, `retry`, … */
  readonly reason?: string;
  readonly state?: string;
  /** States that the order is for. [all in which a message is under way] */
  readonly among?: readonly string[];
}

const underWay = ["SCHEDULED", "QUEUED", "SENDING", "UNKNOWN"] as const;

/** The messages of a filter, at most `limit`, by their numbers. */
export async function* messageTargets(
  client: Queryable,
  filter: MessageTargetFilter,
  limit: number,
): AsyncGenerator<TargetChunk> {
  const { from, to } = billIdRange(filter.period);
  let after = from - 1;
  let found = 0;
  for (;;) {
    const size = Math.min(chunkSize, limit - found + 1);
    const values: unknown[] = [filter.generation, after, to, size];
    const { rows } = await client.query<MessageTarget>(
      `select bill_id as "billId", generation, null as "messageGeneration"
         from notifications
        where generation = $1 and bill_id > $2 and bill_id < $3 ${conditions(filter, values)}
        order by bill_id
        limit $4`,
      values,
    );
    const room = limit - found;
    const targets = rows.slice(0, room);
    found += targets.length;
    after = targets.at(-1)?.billId ?? after;
    yield { targets, missing: 0, more: rows.length > room };
    if (rows.length < size || rows.length > room) return;
  }
}

// `state::text` keeps the planner on the key, whose order the pages need.
function conditions(
  { channel, reason, state, among = underWay }: MessageTargetFilter,
  values: unknown[],
): string {
  const parameter = (value: unknown): string => `$${values.push(value)}`;
  const parts = [`state::text = any(${parameter(among)}::text[])`];
  if (channel !== undefined) parts.push(`channel = ${parameter(channel)}`);
  if (reason !== undefined) parts.push(`reason = ${parameter(reason)}`);
  if (state !== undefined) parts.push(`state::text = ${parameter(state)}`);
  return parts.map((part) => `and ${part}`).join(" ");
}
