import { claimDeliverableBills, type ClaimedRow } from "../../database/deliverable-bills/claim.ts";
import { unknownBills } from "../../database/deliverable-bills/unknown-bills.ts";
import type { ArmingWatch } from "../../database/arming/arming-watch.ts";
import type { GenerationAddress } from "../../database/generations/address.ts";
import { parkPoison, type PoisonMessage } from "../../database/notifications/park-poison.ts";
import { decodeClaimCheck, type ClaimCheck } from "../../events/claim-check.ts";
import { windowsWhenForced } from "../../notification/advertising-night.ts";
import type { Channel } from "../../notification/channel.ts";
import { CHANNEL_REGISTRY } from "../../notification/channels/registry.ts";
import type { DeliveryRules } from "../../notification/transition.ts";
import type { ColumnCipher } from "../../platform/encryption.ts";
import { PermanentError } from "../../platform/errors.ts";
import type { ReceivedRecord } from "../../platform/kafka-consumer.ts";
import type { TracePlace } from "../../platform/tracing/trace-ids.ts";
import type { Tracing } from "../../platform/tracing/tracing.ts";
import type { Queryable } from "../../platform/postgres.ts";
import type { BillBook } from "./bill-books.ts";
import { sendingRow, type ClaimedMessage } from "./claimed-message.ts";
import { forcedInQuietHours } from "./forced.ts";
import type { ConsumerMetrics } from "./metrics.ts";
import type { ProviderGate } from "./provider-gate.ts";
import { traceOfRecord } from "./trace-send.ts";

/** What claiming needs besides the records. */
export interface Claimer {
  readonly database: Queryable;
  readonly cipher: ColumnCipher;
  readonly channel: Channel;
  readonly bookOf: (address: GenerationAddress) => Promise<BillBook>;
  readonly metrics: Pick<ConsumerMetrics, "claimed" | "aged">;
  readonly arming: ArmingWatch;
  readonly gate: ProviderGate;
  readonly tracing: Tracing;
}

/** Delivery is held in the database: the records are kept, and claimed when it is armed. */
export class DeliveryHeld extends Error {}

/** What came of a polled batch. */
export interface ClaimedBatch {
  readonly messages: readonly ClaimedMessage[];
  readonly poison: readonly PoisonMessage[];
}

/** A record that is a claim check of this channel. */
interface ReadableRecord {
  readonly record: ReceivedRecord;
  readonly check: ClaimCheck;
}

/**
 * Claims every record that is a claim check of this channel and not stale, and parks those that are none, or of bills
 * that nobody knows: trying them for ever would hold up all behind them. Throws DeliveryHeld while delivery is held.
 */
export async function claimBatch(
  claimer: Claimer,
  records: readonly ReceivedRecord[],
): Promise<ClaimedBatch> {
  // Before anything is judged: a database that has gone back knows nothing of newer bills, which are no poison for that.
  if ((await claimer.arming.hold()) !== null) throw new DeliveryHeld("delivery is held");
  const begunMs = performance.now();
  const { readable, poison } = sortRecords(claimer, records);
  const messages: ClaimedMessage[] = [];
  const traces = tracesOf(claimer, readable);
  for (const group of byGeneration(readable)) {
    const claimed = await claimGroup(claimer, group);
    messages.push(...claimed.messages.map((message) => withTrace(message, traces)));
    for (const { record, check } of readable) {
      const cause = isOf(check, group.address) ? claimed.unknown.get(check.billId) : undefined;
      if (cause !== undefined) poison.push(parked(claimer, record, cause));
    }
  }
  if (poison.length > 0) await parkPoison(claimer.database, poison);
  claimer.metrics.claimed({
    ...{ claimed: messages.length, poison: poison.length },
    stale: records.length - poison.length - messages.length,
    seconds: (performance.now() - begunMs) / 1_000,
  });
  claimer.metrics.aged(records);
  return { messages, poison };
}

function sortRecords(
  claimer: Claimer,
  records: readonly ReceivedRecord[],
): { readable: ReadableRecord[]; poison: PoisonMessage[] } {
  const readable: ReadableRecord[] = [];
  const poison: PoisonMessage[] = [];
  for (const record of records) {
    const decoded = decodeClaimCheck(record.value);
    if (decoded.kind === "claim-check" && decoded.claimCheck.channel === claimer.channel) {
      readable.push({ record, check: decoded.claimCheck });
      continue;
    }
    const cause =
      decoded.kind === "poison" ? `${decoded.why}-${decoded.field.toLowerCase()}` : "wrong-channel";
    poison.push(parked(claimer, record, cause));
  }
  return { readable, poison };
}

function parked({ cipher }: Claimer, record: ReceivedRecord, cause: string): PoisonMessage {
  return { ...record, cause, payloadEncrypted: sealPayload(cipher, record) };
}

/** By bill and generation; empty while nothing is traced. Of two claim checks of a bill, the later one counts. */
function tracesOf(
  { tracing }: Claimer,
  readable: readonly ReadableRecord[],
): ReadonlyMap<string, TracePlace> {
  const traces = new Map<string, TracePlace>();
  if (!tracing.isOn) return traces;
  for (const { record, check } of readable) {
    const trace = traceOfRecord(record);
    if (trace !== null) traces.set(`${check.billId}/${check.generation}`, trace);
  }
  return traces;
}

function withTrace(message: ClaimedMessage, traces: ReadonlyMap<string, TracePlace>): ClaimedMessage {
  if (traces.size === 0) return message;
  const { billId, generation } = message.row;
  return { ...message, trace: traces.get(`${billId}/${generation}`) ?? null };
}

function isOf(check: ClaimCheck, { period, generation }: GenerationAddress): boolean {
  return check.period === period && check.generation === generation;
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
function byGeneration(readable: readonly ReadableRecord[]): Iterable<CheckGroup> {
  const groups = new Map<string, CheckGroup>();
  for (const { check } of readable) {
    const { period, generation, billId, seq } = check;
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

/** What came of one generation's claim checks; `unknown` has the cause for each bill that nobody knows. */
interface ClaimedGroup {
  readonly messages: readonly ClaimedMessage[];
  readonly unknown: ReadonlyMap<number, string>;
}

async function claimGroup(claimer: Claimer, { address, seqByBill }: CheckGroup): Promise<ClaimedGroup> {
  const { database, channel, gate } = claimer;
  const billIds = [...seqByBill.keys()];
  // Before the claim: a book that cannot be read must not cost the messages their lease.
  const book = await bookOrNull(claimer, address);
  if (book === null) {
    return { messages: [], unknown: new Map(billIds.map((billId) => [billId, "unknown-generation"])) };
  }
  const { leaseMs } = book.policy;
  gate.follow(book.policy);
  const { contact } = CHANNEL_REGISTRY[channel];
  const rows = await claimDeliverableBills(database, {
    ...{ ...address, channel, contact, billIds, seqs: [...seqByBill.values()], leaseMs },
    ...{ providers: gate.names, chosen: gate.choose(billIds.length) },
  });
  // All are stale, or the hold has begun since it was asked for: the statement claims all that may be claimed, or nothing.
  if (rows.length === 0 && (await claimer.arming.holdNow()) !== null)
    throw new DeliveryHeld("delivery is held");
  const claimedAtMs = performance.now();
  const leaseUntilMs = Date.now() + leaseMs;
  const messages = rows.map((bill) => ({
    generation: address,
    bill,
    row: sendingRow(bill, channel, address, leaseUntilMs),
    rules: bill.reason === forcedInQuietHours ? awake(book, bill) : book.rulesOf(bill),
    book,
    claimedAtMs,
  }));
  return { messages, unknown: await unknownAmong(claimer, address, billIds, messages) };
}

/** Of what was not claimed, nearly always because it is stale, the bills that have no message: a probe by key. */
async function unknownAmong(
  { database }: Claimer,
  address: GenerationAddress,
  billIds: readonly number[],
  messages: readonly ClaimedMessage[],
): Promise<ReadonlyMap<number, string>> {
  if (messages.length === billIds.length) return new Map();
  const claimed = new Set(messages.map(({ row }) => row.billId));
  const rest = billIds.filter((billId) => !claimed.has(billId));
  const unknown = await unknownBills(database, address, rest);
  return new Map([...unknown].map((billId) => [billId, "unknown-bill"]));
}

async function bookOrNull({ bookOf }: Claimer, address: GenerationAddress): Promise<BillBook | null> {
  try {
    return await bookOf(address);
  } catch (error) {
    if (error instanceof PermanentError && error.code === "unknown-generation") return null;
    throw error;
  }
}

/** A person decided, with a reason, that this one send does not wait for the morning; advertising waits all the same. */
function awake(book: BillBook, bill: ClaimedRow): DeliveryRules {
  const rules = book.rulesOf(bill);
  const windows = windowsWhenForced(book.templates.promotional);
  // Nor for the end of a holiday.
  return { ...rules, quiet: { zone: rules.quiet.zone, windows } };
}
