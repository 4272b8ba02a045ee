import { finished } from "node:stream/promises";
import { BinaryRows } from "../../database/binary-rows.ts";
import type { GenerationAddress } from "../../database/generations/address.ts";
import { createStagedLeaf, dropStagedLeaf, indexStagedLeaf } from "../../database/notifications/leaf.ts";
import { recipientQuery } from "../../database/promotion/recipient-query.ts";
import { RecipientRows, type Recipient } from "../../database/promotion/recipient-rows.ts";
import type { NotificationPolicy } from "../../notification/policy.ts";
import { copyIn, copyOut, inTransactionOn, type Client } from "../../platform/postgres.ts";
import { isTimeZone } from "../../notification/zone-offset.ts";
import { PermanentError } from "../../platform/errors.ts";
import type { JobMeter } from "../job-meter.ts";
import { planMessage } from "./plan-message.ts";

const columns = [
  "bill_id",
  "member_id",
  "generation",
  "partition_index",
  "state",
  "channel",
  "channel_plan",
  "reason",
  "due_at",
  "wanted_at",
  "follows",
] as const;
const BATCH_BYTES = 4 << 20;

/** What the messages of a generation are planned by. */
export interface MessagePlan {
  readonly policy: NotificationPolicy;
  readonly releasedAtMs: number;
  /** Generations whose messages stand: a bill they announced is not announced again while it is the same. */
  readonly released: readonly number[];
}

/** What messages are staged with: they are read over one connection while they are written over the other. */
interface StagingBench {
  readonly reader: Client;
  readonly writer: Client;
  readonly meter: JobMeter;
}

/**
 * Builds the notification rows of a generation in a table beside the live ones, keys it and commits; returns how many.
 * The promotion then only attaches it, so its transaction stays short. A table left by an earlier try is dropped first.
 */
export async function stageNotifications(
  bench: StagingBench,
  address: GenerationAddress,
  plan: MessagePlan,
): Promise<number> {
  const { reader, writer, meter } = bench;
  return await inTransactionOn(writer, async () => {
    await dropStagedLeaf(writer, address);
    const leaf = await createStagedLeaf(writer, address);
    const recipients = new RecipientRows();
    const rows = new BinaryRows(BATCH_BYTES);
    let planned = 0;
    for await (const chunk of copyOut(reader, recipientQuery(address, plan.released))) {
      meter.copied("read", (chunk as Buffer).length);
      for (const recipient of recipients.recipients(chunk as Buffer)) addRow(rows, address, recipient, plan);
      if (rows.size >= BATCH_BYTES) planned += await send(bench, leaf, rows);
    }
    planned += await send(bench, leaf, rows);
    await indexStagedLeaf(writer, address);
    return planned;
  });
}

function addRow(rows: BinaryRows, address: GenerationAddress, recipient: Recipient, plan: MessagePlan): void {
  // Imports let no such zone pass; what else writes the table is not known here.
  if (!isTimeZone(recipient.timeZone)) {
    throw new PermanentError(
      "unknown-time-zone",
      `member ${recipient.memberId} has the time zone "${recipient.timeZone}", which is none: ` +
        "correct members.time_zone to an IANA name such as Asia/Seoul, then promote again",
    );
  }
  const { channels, due } = planMessage(recipient, plan.policy, plan.releasedAtMs);
  rows.row(columns.length);
  rows.bigint(recipient.billId);
  rows.bigint(recipient.memberId);
  rows.smallint(address.generation);
  rows.smallint(recipient.partitionIndex);
  rows.text("SCHEDULED");
  rows.text(channels[0] ?? "email");
  rows.text(channels.join(","));
  rows.text(due.reason);
  rows.timestamptz(due.dueAtMs);
  rows.timestamptz(due.dueAtMs);
  rows.boolean(recipient.follows);
}

async function send({ writer, meter }: StagingBench, leaf: string, rows: BinaryRows): Promise<number> {
  const { count } = rows;
  if (count > 0) {
    const stream = copyIn(writer, `copy ${leaf} (${columns.join(", ")}) from stdin (format binary, freeze)`);
    stream.end(rows.bytes());
    await finished(stream);
    meter.copied("written", rows.size);
    meter.messagesPlanned(count);
  }
  rows.clear();
  return count;
}
