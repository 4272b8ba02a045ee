import { claimDeliverableBills } from "../../database/deliverable-bills/claim.ts";
import type { GenerationAddress } from "../../database/generations/address.ts";
import { parkPoison, type PoisonMessage } from "../../database/notifications/park-poison.ts";
import { decodeClaimCheck, type ClaimCheck } from "../../events/claim-check.ts";
import type { Channel } from "../../notification/channel.ts";
import type { DueReason } from "../../notification/notification-row.ts";
import type { DeliveryRules } from "../../notification/transition.ts";
import type { ColumnCipher } from "../../platform/encryption.ts";
import type { ReceivedRecord } from "../../platform/kafka-consumer.ts";
import type { DeliveryMetrics } from "../../platform/metrics.ts";
import type { Queryable } from "../../platform/postgres.ts";
import type { BillBook } from "./bill-books.ts";
import { sendingRow, type ClaimedMessage } from "./claimed-message.ts";

const forcedInQuietHours: DueReason = "forced-in-quiet-hours";

/** What claiming needs besides the records. */
export interface Claimer {
  readonly database: Queryable;
  readonly cipher: ColumnCipher;
  readonly channel: Channel;
  readonly bookOf: (address: GenerationAddress) => Promise<BillBook>;
  readonly metrics: DeliveryMetrics;
}

/** What came of a polled batch. */
export interface ClaimedBatch {
  readonly messages: readonly ClaimedMessage[];
  readonly poison: readonly PoisonMessage[];
}

/** Claims every record that is a claim check of this channel and not stale, and parks those that are none. */
export async function claimBatch(
  claimer: Claimer,
  records: readonly ReceivedRecord[],
): Promise<ClaimedBatch> {
  const { checks, poison } = sortRecords(claimer, records);
  if (poison.length > 0) await parkPoison(claimer.database, poison);
  const messages: ClaimedMessage[] = [];
  for (const group of byGeneration(checks)) messages.push(...(await claimGroup(claimer, group)));
  const { metrics, channel } = claimer;
  metrics.received.inc({ channel, result: "claimed" }, messages.length);
  metrics.received.inc({ channel, result: "stale" }, checks.length - messages.length);
  metrics.received.inc({ channel, result: "poison" }, poison.length);
  return { messages, poison };
}

function sortRecords(
  { cipher, channel }: Claimer,
  records: readonly ReceivedRecord[],
): { checks: ClaimCheck[]; poison: PoisonMessage[] } {
  const checks: ClaimCheck[] = [];
  const poison: PoisonMessage[] = [];
  for (const record of records) {
    const decoded = decodeClaimCheck(record.value);
    if (decoded.kind === "claim-check" && decoded.claimCheck.channel === channel) {
      checks.push(decoded.claimCheck);
      continue;
    }
    const cause =
      decoded.kind === "poison" ? `${decoded.why}-${decoded.field.toLowerCase()}` : "wrong-channel";
    poison.push({ ...record, cause, payloadEncrypted: sealPayload(cipher, record) });
  }
  return { checks, poison };
}

/** The payload bound to its place in the log, as base64: it may be any bytes. */
function sealPayload(cipher: ColumnCipher, { value, offset }: ReceivedRecord): Buffer | null {
  if (value === null) return null;
  return cipher.encrypt(value.toString("base64"), {
    table: "poison_messages",
    column: "payload",
    row: offset,
  });
}

interface CheckGroup {
  readonly address: GenerationAddress;
  readonly seqByBill: Map<number, number>;
}

/** A batch is nearly always of one generation: one statement. Of two claim checks of a bill, the later one counts. */
function byGeneration(checks: readonly ClaimCheck[]): Iterable<CheckGroup> {
  const groups = new Map<string, CheckGroup>();
  for (const { period, generation, billId, seq } of checks) {
    const key = `${period}/${generation}`;
    let group = groups.get(key);
    if (group === undefined) {
      group = { address: { period, generation }, seqByBill: new Map() };
      groups.set(key, group);
    }
    group.seqByBill.set(billId, Math.max(seq, group.seqByBill.get(billId) ?? 0));
  }
  return groups.values();
}

async function claimGroup(claimer: Claimer, { address, seqByBill }: CheckGroup): Promise<ClaimedMessage[]> {
  const { database, channel } = claimer;
  // Before the claim: a book that cannot be read must not cost the messages their lease.
  const book = await claimer.bookOf(address);
  const { leaseMs } = book.policy;
  const rows = await claimDeliverableBills(database, {
    ...address,
    channel,
    billIds: [...seqByBill.keys()],
    seqs: [...seqByBill.values()],
    leaseMs,
  });
  const claimedAtMs = performance.now();
  const leaseUntilMs = Date.now() + leaseMs;
  return rows.map((bill) => ({
    generation: address,
    bill,
    row: sendingRow(bill, channel, address, leaseUntilMs),
    rules: bill.reason === forcedInQuietHours ? awake(book.rulesOf(bill)) : book.rulesOf(bill),
    book,
    claimedAtMs,
  }));
}

/** A person decided, with a reason, that this one send does not wait for the morning. */
function awake(rules: DeliveryRules): DeliveryRules {
  return { ...rules, quiet: { ...rules.quiet, windows: [] } };
}
