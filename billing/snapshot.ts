import { JsonArrayWriter } from "./json-array-writer.ts";
import type {
  AddOnInput,
  AdjustmentInput,
  BillInput,
  ContractInput,
  SubscriptionInput,
  UsageSum,
} from "./bill-input.ts";

/**
 * The input of a bill as compact JSON, kept beside the bill so that it can be replayed. Arrays in a fixed order, the version first:
 *
 *     [1, accountId, currency, joinedOn, birthday, welfare, familyTenureYears,
 *       [[subscriptionId, plan, startedOn, endedOn, suspendedDays, [months, startedOn, terminatedOn] or null,
 *         [[addOn, startedOn, endedOn], …], [[meter, band, quantityMilli], …]], …],
 *       [[adjustmentId, kind, charge, amountMinor], …]]
 *
 * A million of them are written in a settlement, hence no field names and a `JsonArrayWriter`.
 */
export function encodeSnapshot(input: BillInput): string {
  return Buffer.from(encodeSnapshotBytes(input)).toString("latin1");
}

/** `encodeSnapshot` as bytes (ASCII), without the string between: a view that is good until the next call. */
export function encodeSnapshotBytes(input: BillInput): Uint8Array {
  writer.open();
  writer.integer(1);
  writer.integer(input.accountId);
  writer.text(input.currency);
  writer.integer(input.joinedOn);
  writer.integer(input.birthday);
  writer.text(input.welfare);
  writer.integer(input.familyTenureYears);
  writer.open();
  for (const subscription of input.subscriptions) encodeSubscription(subscription);
  writer.close();
  writer.open();
  for (const { adjustmentId, kind, charge, amountMinor } of input.adjustments) {
    writer.open();
    writer.integer(adjustmentId);
    writer.text(kind);
    writer.text(charge);
    writer.integer(amountMinor);
    writer.close();
  }
  writer.close();
  writer.close();
  return writer.take();
}

const writer = new JsonArrayWriter();

function encodeSubscription(subscription: SubscriptionInput): void {
  writer.open();
  writer.integer(subscription.subscriptionId);
  writer.text(subscription.plan);
  writer.integer(subscription.startedOn);
  writer.integer(subscription.endedOn);
  writer.integer(subscription.suspendedDays);
  encodeContract(subscription.contract);
  writer.open();
  for (const { code, startedOn, endedOn } of subscription.addOns) {
    writer.open();
    writer.text(code);
    writer.integer(startedOn);
    writer.integer(endedOn);
    writer.close();
  }
  writer.close();
  writer.open();
  for (const { meter, band, quantityMilli } of subscription.usage) {
    writer.open();
    writer.text(meter);
    writer.text(band);
    writer.integer(quantityMilli);
    writer.close();
  }
  writer.close();
  writer.close();
}

function encodeContract(contract: ContractInput | null): void {
  if (contract === null) {
    writer.integer(null);
    return;
  }
  writer.open();
  writer.integer(contract.months);
  writer.integer(contract.startedOn);
  writer.integer(contract.terminatedOn);
  writer.close();
}

/** A stored text that is no snapshot of this version; the message names the place. */
export class SnapshotFormatError extends Error {
  override readonly name = "SnapshotFormatError";
}

/** Reads what `encodeSnapshot` wrote; throws a SnapshotFormatError for anything else. */
export function decodeSnapshot(text: string): BillInput {
  const fields = row(parse(text), 9, "snapshot");
  if (fields[0] !== 1) throw new SnapshotFormatError(`snapshot version ${String(fields[0])}, expected 1`);
  return {
    accountId: integer(fields[1], "accountId"),
    currency: string(fields[2], "currency"),
    joinedOn: integer(fields[3], "joinedOn"),
    birthday: integer(fields[4], "birthday"),
    welfare: string(fields[5], "welfare"),
    familyTenureYears: integerOrNull(fields[6], "familyTenureYears"),
    subscriptions: list(fields[7], "subscriptions").map(decodeSubscription),
    adjustments: list(fields[8], "adjustments").map(decodeAdjustment),
  };
}

function decodeSubscription(value: unknown): SubscriptionInput {
  const fields = row(value, 8, "subscription");
  return {
    subscriptionId: integer(fields[0], "subscriptionId"),
    plan: string(fields[1], "plan"),
    startedOn: integer(fields[2], "startedOn"),
    endedOn: integerOrNull(fields[3], "endedOn"),
    suspendedDays: integer(fields[4], "suspendedDays"),
    contract: fields[5] === null ? null : decodeContract(fields[5]),
    addOns: list(fields[6], "addOns").map(decodeAddOn),
    usage: list(fields[7], "usage").map(decodeUsage),
  };
}

function decodeContract(value: unknown): ContractInput {
  const fields = row(value, 3, "contract");
  return {
    months: integer(fields[0], "months"),
    startedOn: integer(fields[1], "contract.startedOn"),
    terminatedOn: integerOrNull(fields[2], "terminatedOn"),
  };
}

function decodeAddOn(value: unknown): AddOnInput {
  const fields = row(value, 3, "add-on");
  return {
    code: string(fields[0], "add-on code"),
    startedOn: integer(fields[1], "add-on startedOn"),
    endedOn: integerOrNull(fields[2], "add-on endedOn"),
  };
}

function decodeUsage(value: unknown): UsageSum {
  const fields = row(value, 3, "usage");
  return {
    meter: string(fields[0], "meter"),
    band: string(fields[1], "band"),
    quantityMilli: integer(fields[2], "quantityMilli"),
  };
}

function decodeAdjustment(value: unknown): AdjustmentInput {
  const fields = row(value, 4, "adjustment");
  const kind = fields[1];
  if (kind !== "taxable" && kind !== "final")
    throw new SnapshotFormatError(`adjustment kind ${String(kind)}`);
  return {
    adjustmentId: integer(fields[0], "adjustmentId"),
    kind,
    charge: string(fields[2], "charge"),
    amountMinor: integer(fields[3], "amountMinor"),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SnapshotFormatError("snapshot is not JSON", { cause });
  }
}

function list(value: unknown, name: string): unknown[] {
  if (!Array.isArray(value)) throw new SnapshotFormatError(`${name} is not a list`);
  return value;
}

function row(value: unknown, length: number, name: string): unknown[] {
  const fields = list(value, name);
  if (fields.length !== length)
    throw new SnapshotFormatError(`${name} has ${String(fields.length)} fields, expected ${String(length)}`);
  return fields;
}

function integer(value: unknown, name: string): number {
  if (!Number.isSafeInteger(value))
    throw new SnapshotFormatError(`${name} is not a whole number: ${String(value)}`);
  return value as number;
}

function integerOrNull(value: unknown, name: string): number | null {
  return value === null ? null : integer(value, name);
}

function string(value: unknown, name: string): string {
  if (typeof value !== "string") throw new SnapshotFormatError(`${name} is not a text: ${String(value)}`);
  return value;
}
